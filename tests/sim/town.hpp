// SPDX-License-Identifier: GPL-3.0-or-later
// People who know each other in one simulated world, with a bootstrap node among them. Scenarios are told in its words.
#pragma once

#include "tests/sim/person.hpp"

namespace tox::sim {

class Town final : public Neighbours {
  public:
    explicit Town(std::uint64_t seed) : world(seed), ledger_(faults_) {}
    ~Town();

    // A node that keeps its key and that everybody starts from.
    Person& add_bootstrap_node(Circumstances circumstances = {});
    Person& add(Circumstances circumstances = {});  // a person, running, who has asked the bootstrap nodes
    void start(Person& person);
    static void acquaint(Person& a, Person& b);
    void acquaint_everybody();

    // Everybody who runs sees every running friend, and is seen.
    bool all_connected() const;
    bool everything_said_is_heard() const { return ledger_.all_received() && nobody_waits(); }
    bool nobody_waits() const;  // all receipts have come

    // How long pairs needed from the moment both ran until both saw the other.
    struct Meetings {
        std::vector<Duration> took;
        std::uint64_t missed = 0;  // one of them left again after `fair_chance` without having met
        Duration percentile(double share) const;
    };
    static constexpr Duration fair_chance = 10s;
    const Meetings& meetings() const { return meetings_; }
    void note_start(Person& person);  // start() calls it
    void note_stop(Person& person);   // before stop() or crash() when meetings are to be counted

    std::vector<Person*> people() const;  // without bootstrap nodes
    Person* find(const LongTermKey& key) override;
    void presence_changed(Person& who, const LongTermKey& contact, bool online) override;
    Faults& faults() override { return faults_; }
    const Faults& faults() const { return faults_; }
    Ledger& ledger() override { return ledger_; }

    World world;

  private:
    using Pair = std::pair<unsigned, unsigned>;
    static Pair pair_of(const Person& a, const Person& b) { return std::minmax(a.number(), b.number()); }

    Faults faults_;
    Ledger ledger_;
    Meetings meetings_;
    std::map<Pair, Instant> waiting_;  // pairs that could meet, since when
    std::vector<std::unique_ptr<Person>> nodes_;
    std::vector<std::unique_ptr<Person>> people_;
    std::map<LongTermKey, Person*> by_key_;
    unsigned next_number_ = 1;
};

}  // namespace tox::sim
