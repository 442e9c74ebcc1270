// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/wire/session.hpp"

namespace tox::wire {

std::optional<DataEnvelope> read_envelope(ByteView datagram) {
    if (datagram.size() > largest_data_packet) return std::nullopt;
    DataEnvelope envelope;
    if (datagram.size() <= size_of<DataHeader> + mac_size + size_of<ContentHeader>) return std::nullopt;
    if (!read(datagram, envelope.header)) return std::nullopt;
    envelope.box = datagram;
    return envelope;
}

std::optional<DataContent> read_content(ByteView plain) {
    DataContent content;
    if (plain.size() <= size_of<ContentHeader> || !read(plain, content.header)) return std::nullopt;
    const auto kind = std::find_if(plain.begin(), plain.end(), [](Byte byte) { return byte != 0; });
    content.payload = ByteView(kind, plain.end());
    if (content.payload.empty()) return std::nullopt;  // nothing but padding
    return content;
}

void write_content(Bytes& out, const DataContent& content) {
    out.clear();
    write(out, content.header);
    out.resize(out.size() + (largest_payload - content.payload.size()) % padding_modulus);
    append(out, content.payload);
}

}  // namespace tox::wire
