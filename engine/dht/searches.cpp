// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/dht/searches.hpp"

namespace tox::dht {

void Search::report(const Report& report) {
    std::erase_if(reports, [&](const Report& old) {
        return old.reporter == report.reporter && old.place.family == report.place.family;
    });
    if (reports.size() >= most_reports) reports.erase(reports.begin());  // the oldest
    reports.push_back(report);
}

std::vector<Report> Search::fresh_reports(Instant now) const {
    std::vector<Report> fresh;
    for (const Report& report : reports)
        if (now - report.at < good_time) fresh.push_back(report);
    return fresh;
}

std::vector<Endpoint> Search::places(Instant now) const {
    std::vector<Endpoint> places;
    for (const Report& report : fresh_reports(now)) places.push_back(report.place);
    std::sort(places.begin(), places.end(), std::greater<>());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

// A walk's key is the public half of a key pair nobody keeps: uniformly random and valid.
Searches::Searches() : walks_{Search(DhtKeyPair::generate().public_key), Search(DhtKeyPair::generate().public_key)} {}

Search* Searches::find(const DhtKey& key) {
    const auto found = contacts_.find(key);
    return found == contacts_.end() ? nullptr : &found->second;
}

const Search* Searches::find(const DhtKey& key) const {
    const auto found = contacts_.find(key);
    return found == contacts_.end() ? nullptr : &found->second;
}

Search* Searches::start(const DhtKey& key, const RawKey& seeker) {
    if (contacts_.size() >= most && !contacts_.contains(key)) return nullptr;
    Search& search = contacts_.try_emplace(key, key).first->second;
    search.seekers.insert(seeker);
    return &search;
}

void Searches::stop(const DhtKey& key, const RawKey& seeker, NodeTable& table) {
    const auto found = contacts_.find(key);
    if (found == contacts_.end() || found->second.seekers.erase(seeker) == 0) return;
    if (!found->second.seekers.empty()) return;
    found->second.list.clear(table);
    contacts_.erase(found);
}

}  // namespace tox::dht
