// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/sim/ledger.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

namespace tox::sim {

void Faults::add(const std::string& text) {
    constexpr std::size_t shown = 10;  // the first ones tell; thousands follow from them
    ++count_;
    if (first_.size() < shown) first_.push_back(text);
}

std::string Faults::text() const {
    std::string all;
    for (const std::string& fault : first_) all += "  " + fault + "\n";
    return all + "  (" + std::to_string(count_) + " in all)\n";
}

std::string Ledger::next_text(Way way, std::size_t size) const {
    const auto book = books_.find(way);
    std::string text = std::to_string(book == books_.end() ? 0 : book->second.ids.size()) + " ";
    while (text.size() < size) text.push_back(static_cast<char>('a' + text.size() % 26));
    return text;
}

void Ledger::note_sent(Way way, MessageId id) {
    Book& book = books_[way];
    if (!book.ids.empty() && id <= book.ids.back()) faults_.add("message ids do not grow");
    book.ids.push_back(id);
    ++figures_.sent;
}

void Ledger::gap(Way way, const std::string& what) {
    ++figures_.gaps;
    faults_.add("message " + std::to_string(way.from) + " -> " + std::to_string(way.to) + ": " + what);
}

// Where packets have to be small a text comes in pieces, the later ones without its number: the letters go on.
bool Ledger::goes_on(Book& book, const std::string& text) {
    const bool is_beginning = std::isdigit(static_cast<unsigned char>(text.front())) != 0;
    const char due = book.last == 'z' ? 'a' : static_cast<char>(book.last + 1);
    book.last = text.back();
    return !is_beginning && !book.epochs.empty() && text.front() == due;
}

void Ledger::note_received(Way way, const std::string& text, std::uint64_t epoch) {
    Book& book = books_[way];
    if (goes_on(book, text)) return;
    const auto number = static_cast<std::size_t>(std::strtoull(text.c_str(), nullptr, 10));
    if (number > book.epochs.size())
        return gap(way, "number " + std::to_string(number) + " before " + std::to_string(book.epochs.size()));
    if (number >= book.ids.size()) return gap(way, "one that was never sent");
    if (number == book.epochs.size()) {
        book.epochs.push_back(epoch);
        ++figures_.received;
        return;
    }
    if (book.epochs[number] == epoch) return gap(way, "number " + std::to_string(number) + " twice in one session");
    book.epochs[number] = epoch;
    ++figures_.doubled;
}

void Ledger::note_receipt(Way way, MessageId id) {
    ++figures_.receipts;
    const Book& book = books_[way];
    const auto found = std::lower_bound(book.ids.begin(), book.ids.end(), id);  // they grow
    const auto number = static_cast<std::size_t>(found - book.ids.begin());
    if (number >= book.epochs.size())
        gap(way, "a receipt for number " + std::to_string(number) + ", which they do not have");
}

}  // namespace tox::sim
