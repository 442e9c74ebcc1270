// SPDX-License-Identifier: GPL-3.0-or-later
// Streams that others open, where descriptors are few.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <csignal>

#include "engine/glib/socket_address.hpp"
#include "tests/unit/glib/stream_rig.hpp"

namespace tox::test {
namespace {

class FewDescriptors {
  public:
    explicit FewDescriptors(rlim_t count) {
        getrlimit(RLIMIT_NOFILE, &usual_);
        const rlimit few{count, usual_.rlim_max};
        setrlimit(RLIMIT_NOFILE, &few);
    }
    ~FewDescriptors() { setrlimit(RLIMIT_NOFILE, &usual_); }
    void use_up() {
        while (true) {
            Descriptor fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
            if (!fd) return;
            taken_.push_back(std::move(fd));
        }
    }
    void give_back() { taken_.clear(); }

  private:
    rlimit usual_{};
    std::vector<Descriptor> taken_;
};

Descriptor knock(const Endpoint& at) {
    Descriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    SocketAddress address;
    const socklen_t size = to_socket_address(at, false, address);
    EXPECT_EQ(connect(fd.get(), &address.any, size), 0);
    return fd;
}

// Another process that connects so many times, and stays.
class Crowd {
  public:
    Crowd(const Endpoint& at, int count) : process_(fork()) {
        if (process_ != 0) return;
        std::vector<Descriptor> knocking;
        for (int i = 0; i < count; ++i) knocking.push_back(knock(at));
        while (true) pause();
    }
    ~Crowd() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }

  private:
    pid_t process_;
};

// Whoever connects cannot take the descriptors that the host needs for its own files.
TEST_F(GlibStreamsTest, OthersGetHalfOfFewDescriptorsAtMost) {
    constexpr rlim_t limit = 96;
    constexpr int many = 60;
    FewDescriptors few(limit);
    const Crowd crowd(here(), many);
    ASSERT_TRUE(until([&] { return door_.ears.size() == limit / 2; }));
    Ear last;  // it comes after them all, and is refused
    last.take(streams_.connect(here()));
    ASSERT_TRUE(until([&] { return last.closed == 1; }));
    EXPECT_EQ(door_.ears.size(), limit / 2);
    EXPECT_TRUE(Descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)));
    there().stream.reset();  // who leaves makes room
    Ear next;
    next.take(streams_.connect(here()));
    EXPECT_TRUE(until([&] { return door_.ears.size() == limit / 2 + 1; }));
}

// The system says at once, and again at once, that it has none: the loop would turn as fast as it can.
TEST_F(GlibStreamsTest, WithoutADescriptorItWaitsInsteadOfSpinning) {
    const Descriptor knocking = knock(here());
    FewDescriptors few(96);
    few.use_up();
    int turns = 0;
    for (int i = 0; i < 1000; ++i) turns += turn_.once() ? 1 : 0;
    EXPECT_LT(turns, 10);
    EXPECT_EQ(door_.ears.size(), 0U);
    few.give_back();
    EXPECT_TRUE(until([&] { return door_.ears.size() == 1; }));
}

}  // namespace
}  // namespace tox::test
