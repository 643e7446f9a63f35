#include "handspand/notify.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace handspan::daemon {
namespace {

// The service manager's side: a socket, by a path or by an abstract name.
class Manager {
public:
  explicit Manager(const std::string &name) : name_(name) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@')
      address.sun_path[0] = '\0';
    socket_ = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(bind(socket_, reinterpret_cast<const sockaddr *>(&address), length), 0);
  }
  ~Manager() {
    close(socket_);
    if (name_[0] == '/')
      unlink(name_.c_str());
  }

  // The next message, or nothing if there is none.
  std::string heard() const {
    char text[1024];
    const ssize_t size = recv(socket_, text, sizeof text, MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text, static_cast<std::size_t>(size));
  }

private:
  std::string name_;
  int socket_;
};

std::string abstract_name() {
  return "@handspan-test-" + std::to_string(getpid());
}

TEST(Notifier, SpeaksToAPathAndToAnAbstractName) {
  const std::string path = testing::TempDir() + "handspan-" + std::to_string(getpid());
  for (const std::string &name : {path, abstract_name()}) {
    const Manager manager(name);
    Notifier notifier(name, 0);
    notifier.ready("2 workers");
    EXPECT_EQ(manager.heard(), "READY=1\nSTATUS=2 workers");
    notifier.reloading(1'234'567'890);
    EXPECT_EQ(manager.heard(), "RELOADING=1\nMONOTONIC_USEC=1234567");
    notifier.stopping();
    EXPECT_EQ(manager.heard(), "STOPPING=1\nSTATUS=stopping");
  }
}

TEST(Notifier, TheWatchdogHearsTwiceInItsTime) {
  const Manager manager(abstract_name());
  Notifier notifier(abstract_name(), 10 * base::kSecond);
  notifier.alive(100 * base::kSecond);
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
  notifier.alive(104 * base::kSecond);
  EXPECT_EQ(manager.heard(), "");
  notifier.alive(105 * base::kSecond);
  EXPECT_EQ(manager.heard(), "WATCHDOG=1");
}

TEST(Notifier, WithoutAWatchdogOrASocketItIsSilent) {
  const Manager manager(abstract_name());
  Notifier without_watchdog(abstract_name(), 0);
  without_watchdog.alive(base::kSecond);
  EXPECT_EQ(manager.heard(), "");
  for (const std::string name : {"", "@", "relative", "/"}) {
    Notifier silent(name, base::kSecond);
    silent.ready("");
  }
  Notifier too_long("/" + std::string(200, 'x'), base::kSecond);
  too_long.ready("");
}

TEST(Notifier, AManagerThatIsNotThereStopsNobody) {
  Notifier notifier("/nowhere/socket", base::kSecond);
  notifier.ready("");
  notifier.alive(base::kSecond);
}

TEST(Notifier, TheEnvironmentIsReadAndCleared) {
  const Manager manager(abstract_name());
  setenv("NOTIFY_SOCKET", abstract_name().c_str(), 1);
  setenv("WATCHDOG_USEC", "3000000", 1);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  const Notifier notifier;
  EXPECT_EQ(notifier.watchdog(), 3 * base::kSecond);
  for (const char *name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"})
    EXPECT_EQ(std::getenv(name), nullptr) << name;
}

TEST(Notifier, AnothersWatchdogIsNotOurs) {
  setenv("WATCHDOG_USEC", "3000000", 1);
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(Notifier().watchdog(), 0);
  for (const char *wrong : {"", "x", "3s", "-1x"}) {
    setenv("WATCHDOG_USEC", wrong, 1);
    EXPECT_EQ(Notifier().watchdog(), 0) << wrong;
  }
}

} // namespace
} // namespace handspan::daemon
