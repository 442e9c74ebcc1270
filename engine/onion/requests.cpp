// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/onion/requests.hpp"

namespace tox {

Asking Requests::ask(const Ask& ask, const Requester& requester, Instant now) {
    ++last_question_;
    const Asking done = ask_once(ask, requester, now);
    if (done != Asking::sent) return done;
    if (ask.contact) pace_.spend_search(ask.urgent, now);
    for (unsigned copies = answered_share_.copies(); copies > 1 && pace_.ready(reserve, now); --copies)
        ask_once(ask, requester, now);
    return done;
}

Asking Requests::ask_once(const Ask& ask, const Requester& requester, Instant now) {
    auto shared = precompute(ask.to.key, *requester.secret);
    if (!shared) return Asking::not_there;
    PathPool& paths = pool(ask.contact);
    Path* path = paths.trusted(ask.path, ask.to, now);
    if (!path) path = paths.pick(ask.to, now);
    if (!path) return hops_.any(now) ? Asking::not_there : Asking::nowhere;

    Pending pending{ask.contact, ask.to, path->id, ask.body.ping_id != wire::PingId{}, ask.proven, {}, now};
    pending.question = last_question_;
    ++questions_[last_question_].open;
    const Nonce nonce = Nonce::random();
    wire::AnnounceBody body = ask.body;
    pending.key = std::move(*shared);
    body.sendback = sendbacks_.add(std::move(pending), path->patience());
    const SharedKey& key = sendbacks_.find(body.sendback, now)->key;
    const wire::AnnounceRequest request{nonce, requester.key, wire::Sealed<wire::AnnounceBody>::of(key, nonce, body)};
    paths.sent(path->id);
    if (!send(path->onion, ask.to.endpoint, wire::serialise(request), now)) paths.broken(path->id);
    pace_.spend(now);
    return Asking::sent;
}

bool Requests::send_data(const Node& to, ByteView packet, Instant now) {
    const Path* path = contacts_.pick(to, now);
    if (!path) return false;
    pace_.spend(now);
    return send(path->onion, to.endpoint, packet, now);
}

bool Requests::send(const OnionPath& path, const Endpoint& to, ByteView inner, Instant now) {
    const Node& first = path.hops()[0];
    entries_.used(first, now);
    if (!path.begins_at_relay()) return network_.send(first.endpoint, path.wrap(to, inner));
    return relays_ && relays_->send_onion(first.key, path.wrap(to, inner), now);
}

namespace {

std::vector<Node> nodes_of(const wire::AnnounceAnswer& answer) {
    std::vector<Node> nodes;
    for (const wire::PackedNode& packed : answer.nodes.nodes)
        if (packed.transport == wire::Transport::udp) nodes.push_back(packed.node);
    return nodes;
}
std::vector<Node> nodes_of(const wire::NewAnnounceAnswer& answer) { return answer.nodes.nodes; }

}  // namespace

template <class Response>
std::optional<Answer> Requests::open(ByteView datagram, Instant now) {
    const auto response = wire::parse<Response>(datagram);
    Pending* pending = response ? sendbacks_.find(response->sendback, now) : nullptr;
    const auto answer = pending ? response->answer.open(pending->key, response->nonce) : std::nullopt;
    if (!answer || answer->stored > static_cast<Byte>(wire::Stored::by_requester)) return std::nullopt;
    PathPool& paths = pool(pending->contact);
    if (pending->overdue != Overdue::lost) paths.finished(pending->path);
    paths.answered(pending->path, now - pending->sent, now);
    answered_share_.answered();
    const bool first = is_first(*pending);
    Answer out{std::move(*pending), static_cast<wire::Stored>(answer->stored), answer->key_or_ping_id,
               nodes_of(*answer)};
    sendbacks_.erase(response->sendback);
    if (!first) return std::nullopt;
    return out;
}

std::optional<Answer> Requests::take(ByteView datagram, Instant now) {
    if (datagram.front() == wire::AnnounceResponse::kind) return open<wire::AnnounceResponse>(datagram, now);
    return open<wire::NewAnnounceResponse>(datagram, now);
}

const Pending* Requests::next_overdue(Instant now) {
    while (const Pending* pending = sendbacks_.next_overdue(now)) {
        if (pending->overdue == Overdue::lost) {
            pool(pending->contact).lost({pending->path, pending->proven, answered_share_.blame_of_path()}, now);
            answered_share_.lost();
        }
        if (is_news(*pending)) return pending;
    }
    return nullptr;
}

// The question, not each request that carries it: late with the first, lost with the last.
bool Requests::is_news(const Pending& pending) {
    Question& question = questions_[pending.question];
    if (pending.overdue == Overdue::late) return !question.done && !std::exchange(question.late, true);
    const bool done = question.done;
    return forget(pending.question) && !done;
}

// The first answer to its question; also one to a question that was given up.
bool Requests::is_first(const Pending& answered) {
    const auto found = questions_.find(answered.question);
    if (found == questions_.end()) return true;
    const bool first = !std::exchange(found->second.done, true);
    if (answered.overdue != Overdue::lost) forget(answered.question);
    return first;
}

// One of its requests less; true: it was the last.
bool Requests::forget(std::uint64_t question) {
    const auto found = questions_.find(question);
    if (found == questions_.end() || --found->second.open > 0) return false;
    questions_.erase(found);
    return true;
}

}  // namespace tox
