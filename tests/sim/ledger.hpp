// SPDX-License-Identifier: GPL-3.0-or-later
// What everybody sent and got, kept outside the engines: the judge of "nothing lost, nothing doubled, nothing out of
// order".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/messenger/types.hpp"

namespace tox::sim {

// Collects broken rules; a test fails if there is one.
class Faults {
  public:
    void add(const std::string& text);
    bool none() const { return count_ == 0; }
    std::string text() const;  // the first of them, and how many there are

  private:
    std::vector<std::string> first_;
    std::size_t count_ = 0;
};

class Ledger {
  public:
    explicit Ledger(Faults& faults) : faults_(faults) {}

    struct Way {  // one direction between two people
        unsigned from;
        unsigned to;
        auto operator<=>(const Way&) const = default;
    };
    // The text of the next message; remember what send_message() answered with note_sent.
    std::string next_text(Way way, std::size_t size) const;
    void note_sent(Way way, MessageId id);
    // `epoch` grows with every restart and every loss of the session at either side: within one, nothing comes twice.
    void note_received(Way way, const std::string& text, std::uint64_t epoch);
    void note_receipt(Way way, MessageId id);

    struct Figures {
        std::uint64_t sent = 0;
        std::uint64_t received = 0;  // the first time
        std::uint64_t doubled = 0;   // again after a session or a program died before the receipt could arrive: allowed
        std::uint64_t receipts = 0;
        std::uint64_t gaps = 0;  // a message came before one that was sent earlier, or twice in one session: faults
    };
    const Figures& figures() const { return figures_; }
    bool all_received() const { return figures_.received == figures_.sent; }

  private:
    struct Book {
        std::vector<MessageId> ids;         // in the order sent
        std::vector<std::uint64_t> epochs;  // of the last receipt of each message received so far, in order
        char last = 0;                      // of the piece that came last
    };
    static bool goes_on(Book& book, const std::string& text);
    void gap(Way way, const std::string& what);

    Faults& faults_;
    std::map<Way, Book> books_;
    Figures figures_;
};

}  // namespace tox::sim
