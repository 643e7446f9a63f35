// A made-up machine: files in a folder of the test's own.
#pragma once

#include "../temporary_folder.h"

#include "host/examine.h"
#include "host/tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace handspan::host::test {

class Machine : public testing::Test {
protected:
  void file(const std::string &path, const std::string &text) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::ofstream(root_ + path) << text << '\n';
  }
  void folder(const std::string &path) const { std::filesystem::create_directories(root_ + path); }
  void link(const std::string &path, const std::string &target) const {
    std::filesystem::create_directories(std::filesystem::path(root_ + path).parent_path());
    std::filesystem::create_symlink(target, root_ + path);
  }

  void pages(const std::string &kib, int total, int free) const {
    const std::string folder = "/sys/kernel/mm/hugepages/hugepages-" + kib + "kB";
    file(folder + "/nr_hugepages", std::to_string(total));
    file(folder + "/free_hugepages", std::to_string(free));
  }
  void nic(const std::string &address, const std::string &driver, int node = 0) const {
    const std::string device = "/sys/bus/pci/devices/" + address;
    file(device + "/class", "0x020000");
    file(device + "/numa_node", std::to_string(node));
    if (!driver.empty())
      link(device + "/driver", "../../../../bus/pci/drivers/" + driver);
  }
  void cpus(const std::string &online, const std::string &isolated, const std::string &line) const {
    file("/sys/devices/system/cpu/online", online);
    file("/sys/devices/system/cpu/isolated", isolated);
    file("/proc/cmdline", line);
  }

  [[nodiscard]] Tree tree() const { return Tree(root_); }

  handspan::test::TemporaryFolder folder_;
  const std::string root_ = folder_.path();
};

inline const Finding *find(const Findings &findings, FindingId id) {
  const auto found =
      std::find_if(findings.begin(), findings.end(), [id](const Finding &f) { return f.id == id; });
  return found == findings.end() ? nullptr : &*found;
}

inline std::string value(const Finding *finding, const std::string &name) {
  if (finding != nullptr)
    for (const Value &value : finding->values)
      if (value.name == name)
        return value.text;
  return "(none)";
}

#define EXPECT_FOUND(findings, level_, id_)                                                        \
  do {                                                                                             \
    const Finding *found_ = find(findings, id_);                                                   \
    ASSERT_NE(found_, nullptr) << #id_;                                                            \
    EXPECT_EQ(name(found_->level), name(level_)) << #id_;                                          \
  } while (false)

} // namespace handspan::host::test
