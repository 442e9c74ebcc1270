// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/glib/proxy_talk.hpp"

#include <algorithm>

namespace tox {
namespace {

using enum ProxyTrouble::What;

// Where the stream is to lead.
struct Target {
    std::optional<Endpoint> address;  // or else
    std::string name;
    std::uint16_t port = 0;
};

std::optional<Target> target_of(const StreamAddress& to) {
    if (const auto* endpoint = std::get_if<Endpoint>(&to)) {
        if (!endpoint->is_usable()) return std::nullopt;
        return Target{*endpoint, {}, endpoint->port};
    }
    const auto& name = std::get<HostName>(to);
    auto host = parse_host(name.name);
    if (!host || name.port == 0) return std::nullopt;
    // A name list may hold addresses. Those with a scope mean something on this host only.
    if (const auto endpoint = Endpoint::parse(*host, name.port)) return Target{endpoint, {}, name.port};
    if (host->find(':') != std::string::npos) return std::nullopt;
    return Target{{}, std::move(*host), name.port};
}

// ---- SOCKS 5 -----------------------------------------------------------------------------------------------------

constexpr std::size_t longest_reply = 4 + 1 + 255 + 2;  // with a name in it

class Socks5 final : public ProxyTalk {
  public:
    Socks5(const Proxy& proxy, Target target)
        : ProxyTalk(longest_reply), user_(proxy.user()), password_(proxy.password()), target_(std::move(target)) {
        say(user_.empty() ? std::string_view{"\x05\x01\x00", 3} : std::string_view{"\x05\x02\x00\x02", 4});
    }

  private:
    enum class Stage { method, password, reply };
    enum Method : Byte { no_password = 0, with_password = 2, none = 255 };
    static constexpr Byte version = 5, password_version = 1;
    enum Kind : Byte { ipv4 = 1, domain = 3, ipv6 = 4 };

    bool step() override {
        switch (stage_) {
            case Stage::method:
                return take_method();
            case Stage::password:
                return take_verdict();
            case Stage::reply:
                break;
        }
        return take_reply();
    }

    bool take_method() {
        if (have() > 0 && at(0) != version) return fail(nonsense);
        if (have() < 2) return false;
        const Byte method = at(1);
        drop(2);
        if (method == none) return fail(user_.empty() ? wants_password : password_refused);
        if (method == no_password) return ask();
        if (method != with_password || user_.empty()) return fail(nonsense);
        std::string words(1, char{password_version});
        for (const std::string& word : {user_, password_}) words += static_cast<char>(word.size()) + word;
        say(words);
        stage_ = Stage::password;
        return true;
    }

    bool take_verdict() {
        if (have() > 0 && at(0) != password_version) return fail(nonsense);
        if (have() < 2) return false;
        if (at(1) != 0) return fail(password_refused);
        drop(2);
        return ask();
    }

    bool ask() {
        std::string words{"\x05\x01\x00", 3};
        if (target_.address) {
            words += static_cast<char>(target_.address->is_v4() ? ipv4 : ipv6);
            words += text_of(target_.address->address_bytes());
        } else {
            words += static_cast<char>(domain);
            words += static_cast<char>(target_.name.size()) + target_.name;
        }
        words += static_cast<char>(target_.port >> 8U);
        words += static_cast<char>(target_.port & 0xffU);
        say(words);
        stage_ = Stage::reply;
        return true;
    }

    bool take_reply() {
        if (have() > 0 && at(0) != version) return fail(nonsense);
        if (have() < 2) return false;
        if (at(1) != 0) return fail(socks_reply, at(1));
        if (have() < 5) return false;  // up to the length of a name
        std::size_t size = 0;
        if (at(3) == ipv4) size = 4;
        if (at(3) == ipv6) size = 16;
        if (at(3) == domain) size = 1 + std::size_t{at(4)};
        if (size == 0) return fail(nonsense);
        const std::size_t whole = 4 + size + 2;
        if (have() < whole) return false;
        drop(whole);
        return succeed();
    }

    const std::string user_, password_;
    const Target target_;
    Stage stage_ = Stage::method;
};

// ---- HTTP --------------------------------------------------------------------------------------------------------

constexpr std::size_t longest_head =
    8 * 1024;  // as most servers take; there is no need for more than a line of it (R9)

std::string in_base64(const std::string& text) {
    const Owned<char, g_free> out(g_base64_encode(reinterpret_cast<const guchar*>(text.data()), text.size()));
    return out.get();
}

class Connect final : public ProxyTalk {
  public:
    Connect(const Proxy& proxy, const Target& target) : ProxyTalk(longest_head), password_(!proxy.user().empty()) {
        const std::string where =
            target.address ? target.address->text() : target.name + ":" + std::to_string(target.port);
        std::string head = "CONNECT " + where + " HTTP/1.1\r\nHost: " + where + "\r\n";
        if (password_)
            head += "Proxy-Authorization: Basic " + in_base64(proxy.user() + ":" + proxy.password()) + "\r\n";
        say(head + "\r\n");
    }

  private:
    // Line ends are CR LF or, from some, LF alone. The length of the head with the empty line; 0: not all there.
    std::size_t head_length() {
        for (; looked_at_ < have(); ++looked_at_) {
            const Byte byte = at(looked_at_);
            if (byte == '\n' && std::exchange(line_empty_, true)) return ++looked_at_;
            if (byte != '\n' && byte != '\r') line_empty_ = false;
        }
        return 0;
    }

    static std::optional<unsigned> status_of(std::string_view head) {  // "HTTP/1.1 200 ..."
        constexpr std::size_t version = 9, digits = 3;
        if (head.size() < version + digits + 1 || !head.starts_with("HTTP/1.") || head[version - 1] != ' ')
            return std::nullopt;
        unsigned status = 0;
        for (const char c : head.substr(version, digits)) {
            if (c < '0' || c > '9') return std::nullopt;
            status = 10 * status + static_cast<unsigned>(c - '0');
        }
        const char after = head[version + digits];
        return after == ' ' || after == '\r' || after == '\n' ? std::optional(status) : std::nullopt;
    }

    bool step() override {
        constexpr std::string_view begins = "HTTP/1.";
        const std::string start = text_of(heard().first(std::min(have(), begins.size())));
        if (!begins.starts_with(start)) return fail(nonsense);
        const std::size_t length = head_length();
        if (length == 0) return false;
        heads_ += length;
        if (heads_ > longest_head) return fail(nonsense);
        const std::string head = text_of(heard().first(length));
        const auto status = status_of(head);
        if (!status || head.find('\0') != std::string::npos) return fail(nonsense);
        drop(length);
        looked_at_ = 0;
        line_empty_ = false;
        return judge(*status);
    }

    bool judge(unsigned status) {
        constexpr unsigned switching = 101, wants = 407;
        if (status >= 100 && status < 200 && status != switching) return true;  // the answer is still to come
        if (status >= 200 && status < 300) return succeed();
        if (status == wants) return fail(password_ ? password_refused : wants_password, status);
        return fail(http_status, status);
    }

    const bool password_;
    std::size_t looked_at_ = 0;
    bool line_empty_ = false;
    std::size_t heads_ = 0;  // bytes of them so far
};

}  // namespace

std::unique_ptr<ProxyTalk> ProxyTalk::with(const Proxy& proxy, const StreamAddress& to) {
    auto target = target_of(to);
    if (!target) return nullptr;
    if (proxy.kind() == Proxy::Kind::http) return std::make_unique<Connect>(proxy, *target);
    return std::make_unique<Socks5>(proxy, std::move(*target));
}

void ProxyTalk::hear(ByteView bytes) {
    if (open_ || trouble_) return;
    append(heard_, bytes);
    while (step()) {
    }
    if (!open_ && !trouble_ && have() > most_heard_) fail(ProxyTrouble::What::nonsense);
}

}  // namespace tox
