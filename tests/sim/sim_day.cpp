// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated day of a hundred people who come and go, on a net that loses 5 % of everything. Prints what happened to
// them.
//     sim-day [PEOPLE [HOURS [SEED]]]      defaults 100 24 1
// Exit status 1 if a message was lost, came out of order, or any rule was broken; the figures are for people to judge.
#include <sys/resource.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "tests/sim/town.hpp"

namespace tox::sim {
namespace {

struct Day {
    unsigned people = 100;
    std::chrono::hours length{24};
    std::uint64_t seed = 1;
};

class Life {
  public:
    explicit Life(const Day& day) : day_(day), town_(day.seed) {}

    void live() {
        settle_in();
        for (Person* person : town_.people()) {
            stay(*person);
            talk(*person);
        }
        town_.world.run_for(day_.length);
        closing_time_ = true;
        town_.world.cable.loss = 0;
        for (Person* person : town_.people()) {
            if (!person->running()) town_.start(*person);
        }
        for (int i = 0; i < 60 && !complete_; ++i) {
            town_.world.run_for(10s);
            complete_ = town_.everything_said_is_heard();
        }
    }
    bool good() const { return complete_ && town_.faults().none(); }
    void print(double seconds);

  private:
    void settle_in();
    void stay(Person& person);
    void leave(Person& person);
    void talk(Person& person);
    Duration about(Duration mean);  // exponentially distributed

    Day day_;
    Town town_;
    bool closing_time_ = false;
    bool complete_ = false;
    std::uint64_t departures_ = 0;
};

Duration Life::about(Duration mean) {
    const double unit = static_cast<double>(town_.world.dice().below(1'000'000) + 1) / 1'000'000;
    return Duration(static_cast<Duration::rep>(-std::log(unit) * static_cast<double>(mean.count())));
}

void Life::settle_in() {
    town_.world.cable.loss = 0.05;
    for (int i = 0; i < 4; ++i) town_.add_bootstrap_node();
    for (unsigned i = 0; i < day_.people; ++i) {
        Person& person = town_.add();
        person.check_every(1000);  // every step would cost more than the engines themselves
    }
    const auto people = town_.people();
    constexpr std::size_t friends_each = 3;  // to each side on a ring: six
    for (std::size_t i = 0; i < people.size(); ++i) {
        for (std::size_t step = 1; step <= friends_each && step < people.size(); ++step) {
            Person& other = *people[(i + step) % people.size()];
            if (!people[i]->friends().contains(other.key())) Town::acquaint(*people[i], other);
        }
    }
    for (Person* person : people) town_.note_start(*person);
}

void Life::stay(Person& person) {
    town_.world.after(about(2h), [this, &person] {
        if (!closing_time_) leave(person);
    });
}

void Life::leave(Person& person) {
    ++departures_;
    town_.note_stop(person);
    town_.world.dice().chance(0.3) ? person.crash() : person.stop();
    town_.world.after(about(15min), [this, &person] {
        if (closing_time_) return;
        town_.start(person);
        stay(person);
    });
}

void Life::talk(Person& person) {
    town_.world.after(about(3min), [this, &person] {
        if (closing_time_) return;
        if (person.running() && !person.friends().empty()) {
            auto key = person.friends().begin();
            std::advance(key, static_cast<std::ptrdiff_t>(town_.world.dice().below(person.friends().size())));
            person.say(*town_.find(*key), 10 + town_.world.dice().below(500));
        }
        talk(person);
    });
}

void Life::print(double seconds) {
    const auto ms = [](Duration d) { return static_cast<double>(d.count()) / 1000; };
    const auto& messages = town_.ledger().figures();
    const auto& meetings = town_.meetings();
    const auto& traffic = town_.world.traffic();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const double hours = static_cast<double>(day_.length.count());
    std::printf("seed %llu: %u people, %.0f h, %llu departures\n", static_cast<unsigned long long>(day_.seed),
                day_.people, hours, static_cast<unsigned long long>(departures_));
    std::printf(
        "meetings: %zu, median %.0f ms, 90 %% %.0f ms, 99 %% %.0f ms, longest %.0f ms; never met though %lld s were "
        "given: %llu\n",
        meetings.took.size(), ms(meetings.percentile(0.5)), ms(meetings.percentile(0.9)), ms(meetings.percentile(0.99)),
        ms(meetings.percentile(1)), static_cast<long long>(Town::fair_chance.count() / 1'000'000),
        static_cast<unsigned long long>(meetings.missed));
    std::printf("messages: %llu sent, %llu received, %llu lost, %llu out of order, %llu again after a lost session\n",
                static_cast<unsigned long long>(messages.sent), static_cast<unsigned long long>(messages.received),
                static_cast<unsigned long long>(messages.sent - messages.received),
                static_cast<unsigned long long>(messages.gaps), static_cast<unsigned long long>(messages.doubled));
    std::printf(
        "datagrams: %llu (%.2f a second and engine), %.0f MB; peak memory %.0f MB; %.1f real seconds, %.0f times real "
        "time\n",
        static_cast<unsigned long long>(traffic.sent),
        static_cast<double>(traffic.sent) / (hours * 3600) / (day_.people + 4),
        static_cast<double>(traffic.bytes) / 1e6, static_cast<double>(usage.ru_maxrss) / 1024, seconds,
        hours * 3600 / seconds);
    if (!good()) std::printf("FAILED\n%s", town_.faults().text().c_str());
}

}  // namespace

int day(int argc, char** argv) {
    Day day;
    if (argc > 1) day.people = static_cast<unsigned>(std::strtoul(argv[1], nullptr, 10));
    if (argc > 2) day.length = std::chrono::hours(std::strtoul(argv[2], nullptr, 10));
    if (argc > 3) day.seed = std::strtoull(argv[3], nullptr, 10);
    const auto start = std::chrono::steady_clock::now();
    Life life(day);
    life.live();
    life.print(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    return life.good() ? 0 : 1;
}

}  // namespace tox::sim

int main(int argc, char** argv) { return tox::sim::day(argc, argv); }
