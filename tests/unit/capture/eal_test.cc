#include "capture/eal.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

using Arguments = std::vector<std::string>;

std::ptrdiff_t count(const Arguments &arguments, const std::string &one) {
  return std::count(arguments.begin(), arguments.end(), one);
}

bool has_pair(const Arguments &arguments, const std::string &name, const std::string &value) {
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i)
    if (arguments[i] == name && arguments[i + 1] == value)
      return true;
  return false;
}

EalOptions options() {
  EalOptions options;
  options.lcores = {{0}, {{1}}, {}};
  return options;
}

TEST(EalArguments, OnlyNamedPciDevicesAreProbed) {
  EalOptions with = options();
  with.pci_devices = {"0000:01:00.0", "0000:01:00.1"};
  const Arguments arguments = eal_arguments(with);
  EXPECT_TRUE(has_pair(arguments, "-a", "0000:01:00.0"));
  EXPECT_TRUE(has_pair(arguments, "-a", "0000:01:00.1"));
  EXPECT_EQ(count(arguments, "--no-pci"), 0);
  EXPECT_EQ(count(eal_arguments(options()), "--no-pci"), 1);
}

TEST(EalArguments, MemoryAndHugepages) {
  EXPECT_EQ(count(eal_arguments(options()), "--no-huge"), 0);
  EXPECT_EQ(count(eal_arguments(options()), "-m"), 0);
  EalOptions without = options();
  without.hugepages = false;
  without.memory_mib = 300;
  EXPECT_EQ(count(eal_arguments(without), "--no-huge"), 1);
  EXPECT_TRUE(has_pair(eal_arguments(without), "-m", "300"));
}

TEST(EalArguments, VirtualDevicesOnHugepagesNeedNoPhysicalAddresses) {
  EXPECT_EQ(count(eal_arguments(options()), "--iova-mode=va"), 1);
  EalOptions with = options();
  with.pci_devices = {"0000:01:00.0"};
  EXPECT_EQ(count(eal_arguments(with), "--iova-mode=va"), 0);
  EalOptions without = options();
  without.hugepages = false;
  EXPECT_EQ(count(eal_arguments(without), "--iova-mode=va"), 0);
}

TEST(EalArguments, ASwitchOfTheUserIsNotRepeated) {
  EalOptions with = options();
  with.hugepages = false;
  with.extra = {"--no-huge", "--no-pci", "--log-level=lib.eal:debug"};
  const Arguments arguments = eal_arguments(with);
  EXPECT_EQ(count(arguments, "--no-huge"), 1);
  EXPECT_EQ(count(arguments, "--no-pci"), 1);
  EXPECT_EQ(arguments.back(), "--log-level=lib.eal:debug");
}

TEST(EalArguments, PrivateMeansNoFilesForOthers) {
  EXPECT_EQ(count(eal_arguments(options()), "--no-shconf"), 0);
  EalOptions alone = options();
  alone.shared = false;
  EXPECT_EQ(count(eal_arguments(alone), "--no-shconf"), 1);
  EXPECT_EQ(count(eal_arguments(alone), "--no-telemetry"), 1);
  EXPECT_TRUE(has_pair(eal_arguments(alone), "--file-prefix", "handspand"));
}

} // namespace
} // namespace handspan::capture
