// SPDX-License-Identifier: GPL-3.0-or-later
#include "tools/tox-node/key_file.hpp"

#include <fcntl.h>
#include <glib/gstdio.h>

#include <algorithm>

#include "engine/glib/owned.hpp"

namespace tox_node {
namespace {

constexpr std::size_t file_size = 64;  // public key, secret key
constexpr int only_owner = 0600;

using Fault = tl::unexpected<std::string>;

Fault fault(const std::string& path, const std::string& why) { return Fault("The key file " + path + " " + why); }

tl::expected<DhtPair, std::string> parse(const std::string& path, std::span<tox::Byte> content) {
    if (content.size() != file_size) return fault(path, "does not hold 64 bytes; it was left as it is.");
    tox::ByteArray<32> secret;
    std::copy(content.begin() + 32, content.end(), secret.begin());
    auto pair = DhtPair::from(tox::SecretKey(secret));
    const bool matches = pair && std::equal(content.begin(), content.begin() + 32, pair->public_key.raw().begin());
    if (!matches) return fault(path, "holds two keys that do not belong together; it was left as it is.");
    return std::move(*pair);
}

tl::expected<DhtPair, std::string> create(const std::string& path) {
    DhtPair pair = DhtPair::generate();
    tox::ByteArray<file_size> content;
    std::copy(pair.public_key.raw().begin(), pair.public_key.raw().end(), content.begin());
    std::copy(pair.secret.view().begin(), pair.secret.view().end(), content.begin() + 32);
    constexpr auto flags =
        static_cast<GFileSetContentsFlags>(G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE);
    GError* error = nullptr;
    g_file_set_contents_full(path.c_str(), reinterpret_cast<const char*>(content.data()), file_size, flags, only_owner,
                             &error);
    tox::wipe(content);
    const tox::Owned<GError, g_error_free> owned(error);
    if (error) return fault(path, "could not be written: " + std::string(error->message) + ".");
    return pair;
}

void warn_if_readable_by_others(const std::string& path) {
    GStatBuf status;
    if (g_stat(path.c_str(), &status) == 0 && (status.st_mode & 077) != 0)
        g_printerr("tox-node: other users may read the key file %s; \"chmod 600\" would mend that.\n", path.c_str());
}

}  // namespace

tl::expected<DhtPair, std::string> load_or_create_keys(const std::string& path) {
    char* content = nullptr;
    gsize size = 0;
    GError* error = nullptr;
    g_file_get_contents(path.c_str(), &content, &size, &error);
    const tox::Owned<GError, g_error_free> owned_error(error);
    if (g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) return create(path);
    if (error) return fault(path, "could not be read: " + std::string(error->message) + ".");
    const tox::Owned<char, g_free> owned_content(content);
    const std::span<tox::Byte> bytes(reinterpret_cast<tox::Byte*>(content), size);
    auto pair = parse(path, bytes);
    tox::wipe(bytes);
    warn_if_readable_by_others(path);
    return pair;
}

}  // namespace tox_node
