// SPDX-License-Identifier: GPL-3.0-or-later
// Text as it is sent and as it is taken from strangers (notes 7.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tox {

bool is_utf8(std::string_view text);

// At most `most` bytes, cut between characters; what is not UTF-8 is cut anywhere.
std::string_view cut_utf8(std::string_view text, std::size_t most);

// Pieces of at most `most` bytes that together are the text: split after a newline, else after a space, else between
// characters. `most` is at least 4. The same text is always split in the same way.
std::vector<std::string_view> split_text(std::string_view text, std::size_t most);

// With every way to end a line that programs and people have (CR, CR LF, vertical tab, form feed, NEL, Unicode's line
// and paragraph separators) made a newline.
std::string with_new_lines(std::string_view text);

// What a peer sent as text: ends at the first NUL (other programs hide data behind it), what is not UTF-8 is replaced,
// lines end in newlines, other control characters but the tab are left out.
std::string received_text(std::string_view raw);
// The same for names and status messages: one line, the first between NULs that shows anything (B83).
std::string received_line(std::string_view raw);

}  // namespace tox
