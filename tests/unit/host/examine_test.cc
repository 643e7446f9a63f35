#include "../as_nobody.h"
#include "tree_maker.h"

#include <sys/stat.h>
#include <unistd.h>

namespace handspan::host {
namespace {

using namespace test;

Wanted server() {
  Wanted wanted;
  wanted.ports = {"0000:3b:00.0"};
  wanted.threads = 2;
  wanted.pollers = {2, 3};
  wanted.main_cpu = 1;
  wanted.buffer_bytes = 100 << 20;
  wanted.table_bytes = 400 << 20;
  wanted.segment_bytes = 64 << 20;
  wanted.runtime_dir = "/run/handspand";
  return wanted;
}

TEST_F(Machine, NoHugepagesIsAProblemUnlessTheyAreNotWanted) {
  pages("2048", 0, 0);
  Findings findings;
  examine_hugepages(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::hugepages_none);
  EXPECT_EQ(value(find(findings, FindingId::hugepages_none), "setup"), "100M");
  findings.clear();
  Wanted without = server();
  without.hugepages = false;
  examine_hugepages(tree(), without, findings);
  EXPECT_EQ(worst(findings), Level::ok);
}

TEST_F(Machine, FewHugepagesAreAProblemOnlyBeforeTheStart) {
  pages("2048", 100, 10);
  file("/proc/self/mounts", "h /dev/hugepages hugetlbfs rw 0 0");
  Findings findings;
  examine_hugepages(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::hugepages_few);
  findings.clear();
  Wanted running = server();
  running.running = true;
  examine_hugepages(tree(), running, findings);
  EXPECT_EQ(worst(findings), Level::ok);
}

TEST_F(Machine, HugepagesMustBeMounted) {
  pages("2048", 100, 100);
  Findings findings;
  examine_hugepages(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::hugepages_not_mounted);
}

TEST_F(Machine, WhatCannotBeReadIsUnknownAndSaysWhy) {
  const Findings findings = examine(tree(), server());
  for (const FindingId id :
       {FindingId::hugepages_unknown, FindingId::iommu_unknown, FindingId::ports_unknown,
        FindingId::cpus_unknown, FindingId::numa_unknown, FindingId::memory_unknown}) {
    EXPECT_FOUND(findings, Level::unknown, id);
    EXPECT_NE(value(find(findings, id), "why").find("No such file"), std::string::npos);
  }
}

TEST_F(Machine, PortsByTheirDriver) {
  const auto level_of = [&](const char *driver, FindingId id) {
    Findings findings;
    std::filesystem::remove_all(root_ + "/sys");
    nic("0000:3b:00.0", driver);
    examine_ports(tree(), server(), findings);
    const Finding *found = find(findings, id);
    return found == nullptr ? "(not found)" : std::string(name(found->level));
  };
  EXPECT_EQ(level_of("vfio-pci", FindingId::port_bound), "ok");
  EXPECT_EQ(level_of("mlx5_core", FindingId::port_shared), "ok");
  EXPECT_EQ(level_of("ixgbe", FindingId::port_kernel), "problem");
  EXPECT_EQ(level_of("", FindingId::port_unbound), "problem");
}

TEST_F(Machine, PortsThatAreNotThere) {
  folder("/sys/bus/pci/devices");
  Wanted wanted = server();
  wanted.ports = {"0000:3b:00.0", "net_af_packet0,iface=eth9", "net_af_packet1,iface=eth1",
                  "net_pcap0,rx_iface=eth2", "net_null0"};
  file("/sys/class/net/eth1/flags", "0x1003");
  file("/sys/class/net/eth2/flags", "0x1002");
  Findings findings;
  examine_ports(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::port_missing);
  EXPECT_FOUND(findings, Level::problem, FindingId::interface_missing);
  EXPECT_FOUND(findings, Level::ok, FindingId::interface_up);
  EXPECT_FOUND(findings, Level::warning, FindingId::interface_down);
  EXPECT_FOUND(findings, Level::ok, FindingId::port_virtual);
  EXPECT_EQ(value(find(findings, FindingId::interface_missing), "interface"), "eth9");
}

TEST_F(Machine, OtherNicsAreTold) {
  nic("0000:3b:00.0", "vfio-pci");
  nic("0000:3b:00.1", "vfio-pci");
  nic("0000:05:00.0", "e1000e");
  Findings findings;
  examine_ports(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::nic_free);
  EXPECT_FOUND(findings, Level::ok, FindingId::nic_kernel);
  EXPECT_EQ(worst(findings), Level::ok);
}

TEST_F(Machine, IommuCountsOnlyWithAPortOnTheBus) {
  folder("/sys/kernel/iommu_groups");
  Findings findings;
  examine_iommu(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::iommu_off);
  EXPECT_FOUND(findings, Level::warning, FindingId::vfio_missing);
  findings.clear();
  Wanted made = server();
  made.ports = {"net_null0"};
  examine_iommu(tree(), made, findings);
  EXPECT_EQ(worst(findings), Level::ok);
  folder("/sys/kernel/iommu_groups/7");
  folder("/sys/bus/pci/drivers/vfio-pci");
  findings.clear();
  examine_iommu(tree(), server(), findings);
  EXPECT_EQ(worst(findings), Level::ok);
  EXPECT_EQ(value(find(findings, FindingId::iommu_on), "groups"), "1");
}

TEST_F(Machine, QuietCpus) {
  cpus("0-3", "2-3", "isolcpus=2-3 nohz_full=2-3");
  for (const char *cpu : {"2", "3"}) {
    const std::string folder = std::string("/sys/devices/system/cpu/cpu") + cpu;
    file(folder + "/cpufreq/scaling_governor", "performance");
    file(folder + "/topology/thread_siblings_list", std::string(cpu));
  }
  Findings findings;
  examine_cpus(tree(), server(), findings);
  EXPECT_EQ(worst(findings), Level::ok);
  EXPECT_FOUND(findings, Level::ok, FindingId::cpus_isolated);
  EXPECT_FOUND(findings, Level::ok, FindingId::cpus_tickless);
  EXPECT_FOUND(findings, Level::ok, FindingId::governor_good);
  EXPECT_FOUND(findings, Level::ok, FindingId::siblings_apart);
}

TEST_F(Machine, DisturbedCpus) {
  cpus("0-2", "", "quiet rcu_nocbs=2");
  for (const char *cpu : {"2", "3"}) {
    const std::string folder = std::string("/sys/devices/system/cpu/cpu") + cpu;
    file(folder + "/cpufreq/scaling_governor", "powersave");
    file(folder + "/topology/thread_siblings_list", "2-3");
  }
  Findings findings;
  examine_cpus(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::cpu_missing);
  EXPECT_EQ(value(find(findings, FindingId::cpu_missing), "cpu"), "3");
  EXPECT_FOUND(findings, Level::warning, FindingId::cpus_not_isolated);
  EXPECT_FOUND(findings, Level::warning, FindingId::cpus_ticking);
  EXPECT_EQ(value(find(findings, FindingId::cpus_with_callbacks), "cpus"), "3");
  EXPECT_EQ(value(find(findings, FindingId::governor_slow), "cpus"), "2,3");
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const Finding &f) { return f.id == FindingId::siblings_shared; }),
            1);
}

TEST_F(Machine, MoreThreadsThanCpus) {
  cpus("0-1", "", "");
  Wanted wanted = server();
  wanted.pollers = {};
  wanted.main_cpu = -1;
  Findings findings;
  examine_cpus(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::cpus_few);
  EXPECT_FOUND(findings, Level::warning, FindingId::cpus_not_named);
}

TEST_F(Machine, MemoryNodes) {
  file("/sys/devices/system/node/online", "0");
  Findings findings;
  examine_numa(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::numa_one_node);

  file("/sys/devices/system/node/online", "0-1");
  file("/sys/devices/system/node/node1/cpulist", "2,4-7");
  nic("0000:3b:00.0", "vfio-pci", 1);
  findings.clear();
  examine_numa(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::numa_far);
  EXPECT_EQ(value(find(findings, FindingId::numa_far), "cpus"), "3");
  file("/sys/devices/system/node/node1/cpulist", "2-7");
  findings.clear();
  examine_numa(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::numa_near);
  nic("0000:3b:00.0", "", -1);
  findings.clear();
  examine_numa(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::unknown, FindingId::numa_port_unknown);
}

TEST_F(Machine, MemoryAgainstTheNeed) {
  file("/proc/meminfo", "MemAvailable: 480000 kB"); // 469 MiB: the tables and the segment
  Findings findings;
  examine_memory(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::memory_enough);
  findings.clear();
  Wanted without = server();
  without.hugepages = false; // the packet buffers, too
  examine_memory(tree(), without, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::memory_short);
  EXPECT_EQ(value(find(findings, FindingId::memory_short), "need"), "564 MiB");
}

TEST_F(Machine, RuntimeFolder) {
  folder("/run");
  Findings findings;
  examine_runtime_dir(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::runtime_dir_to_be_made);
  folder("/run/handspand");
  chmod((root_ + "/run/handspand").c_str(), 0750);
  findings.clear();
  examine_runtime_dir(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::ok, FindingId::runtime_dir_ready);
  EXPECT_EQ(value(find(findings, FindingId::runtime_dir_readers), "mode"), "0750");
  findings.clear();
  Wanted vast = server();
  vast.segment_bytes = std::uint64_t{1} << 60;
  examine_runtime_dir(tree(), vast, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::runtime_dir_full);
  Wanted running = server();
  running.running = true;
  findings.clear();
  examine_runtime_dir(tree(), running, findings);
  EXPECT_EQ(find(findings, FindingId::runtime_dir_room), nullptr) << "it has its room";
}

TEST_F(Machine, ARuntimeFolderThatCanNotBeHad) {
  Findings findings;
  Wanted none = server();
  none.runtime_dir.clear();
  none.no_runtime_dir = "XDG_RUNTIME_DIR is not set";
  examine_runtime_dir(tree(), none, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::runtime_dir_none);
  EXPECT_EQ(value(find(findings, FindingId::runtime_dir_none), "why"), none.no_runtime_dir);

  findings.clear();
  file("/run/handspand", "no folder");
  examine_runtime_dir(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::runtime_dir_refused);

  findings.clear();
  Wanted below = server();
  below.runtime_dir = "/run/handspand/below";
  examine_runtime_dir(tree(), below, findings);
  EXPECT_FOUND(findings, Level::unknown, FindingId::runtime_dir_unknown);

  findings.clear();
  std::filesystem::remove(root_ + "/run/handspand");
  chmod(root_.c_str(), 0755);
  ASSERT_EQ(chmod((root_ + "/run").c_str(), 0555), 0);
  const handspan::test::AsNobody nobody;
  examine_runtime_dir(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::runtime_dir_missing);
}

TEST_F(Machine, OwnersWithoutANameAreToldByNumber) {
  folder("/run/handspand");
  if (chown((root_ + "/run/handspand").c_str(), 54'321, 54'322) != 0)
    GTEST_SKIP() << "only root can give a folder away";
  Findings findings;
  examine_runtime_dir(tree(), server(), findings);
  EXPECT_EQ(value(find(findings, FindingId::runtime_dir_readers), "owner"), "54321");
  EXPECT_EQ(value(find(findings, FindingId::runtime_dir_readers), "group"), "54322");
}

TEST_F(Machine, TheClock) {
  const auto look = [&] {
    Findings findings;
    examine_clock(tree(), findings);
    return findings;
  };
  const std::string source = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
  file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu constant_tsc nonstop_tsc\nbugs\t:");
  file(source, "tsc");
  Findings findings = look();
  EXPECT_FOUND(findings, Level::ok, FindingId::tsc_steady);
  EXPECT_FOUND(findings, Level::ok, FindingId::clock_source_tsc);
  file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu constant_tsc");
  file(source, "hpet");
  findings = look();
  EXPECT_EQ(value(find(findings, FindingId::tsc_unsteady), "flags"), "nonstop_tsc");
  EXPECT_EQ(value(find(findings, FindingId::clock_source_slow), "source"), "hpet");
  EXPECT_TRUE(find(findings, FindingId::clock_synchronised) != nullptr ||
              find(findings, FindingId::clock_free_running) != nullptr)
      << "of this machine";
  file("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu\n");
  findings = look();
  EXPECT_EQ(value(find(findings, FindingId::tsc_unsteady), "flags"), "constant_tsc, nonstop_tsc");
  file("/proc/cpuinfo", "processor\t: 0");
  findings = look();
  EXPECT_EQ(value(find(findings, FindingId::clock_unknown), "why"),
            "/proc/cpuinfo: tells no flags");
}

TEST_F(Machine, HugepagesOfEachNode) {
  pages("1048576", 4, 3);
  pages("2048", 0, 0);
  folder("/sys/kernel/mm/hugepages/else");
  folder("/sys/kernel/mm/hugepages/hugepages-xkB");
  folder("/sys/kernel/mm/hugepages/hugepages-9999999999999kB");
  for (const char *node : {"0", "1"}) {
    const std::string at =
        std::string("/sys/devices/system/node/node") + node + "/hugepages/hugepages-1048576kB/";
    file(at + "nr_hugepages", "2");
    file(at + "free_hugepages", node);
  }
  file("/proc/self/mounts", "h\nh /dev/hugepages hugetlbfs rw 0 0\nproc /proc proc rw 0 0");
  Findings findings;
  Wanted wanted = server();
  wanted.buffer_bytes = std::uint64_t{5} << 30;
  examine_hugepages(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::hugepages_few);
  EXPECT_EQ(value(find(findings, FindingId::hugepages_few), "setup"), "5G");
  EXPECT_EQ(value(find(findings, FindingId::hugepages_mounted), "path"), "/dev/hugepages");
  EXPECT_EQ(std::count_if(findings.begin(), findings.end(),
                          [](const Finding &f) { return f.id == FindingId::hugepages_of_node; }),
            2);
  std::filesystem::remove(root_ + "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  findings.clear();
  examine_hugepages(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::unknown, FindingId::hugepages_unknown);
  std::filesystem::remove(root_ + "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages");
  findings.clear();
  examine_hugepages(tree(), wanted, findings);
  EXPECT_NE(value(find(findings, FindingId::hugepages_unknown), "why").find("nr_hugepages"),
            std::string::npos);
}

TEST_F(Machine, AGroupOfTheIommuThatMayNotBeOpened) {
  nic("0000:3b:00.0", "vfio-pci");
  link("/sys/bus/pci/devices/0000:3b:00.0/iommu_group", "../../../kernel/iommu_groups/7");
  Findings findings;
  examine_ports(tree(), server(), findings);
  EXPECT_EQ(find(findings, FindingId::port_denied), nullptr) << "there is no such file";
  file("/dev/vfio/7", "");
  findings.clear();
  examine_ports(tree(), server(), findings);
  EXPECT_EQ(find(findings, FindingId::port_denied), nullptr) << "it may";
  chmod(root_.c_str(), 0755);
  chmod((root_ + "/dev/vfio/7").c_str(), 0600);
  findings.clear();
  const handspan::test::AsNobody nobody;
  examine_ports(tree(), server(), findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::port_denied);
  EXPECT_EQ(value(find(findings, FindingId::port_denied), "file"), "/dev/vfio/7");
}

TEST_F(Machine, NoPortsAndOtherDevicesOfTheBus) {
  nic("0000:3b:00.0", "igb_uio");
  nic("0000:3b:00.1", "");
  file("/sys/bus/pci/devices/0000:3b:00.2/class", "0x010000"); // no network
  folder("/sys/bus/pci/devices/0000:3b:00.3");                 // of no class
  Wanted wanted = server();
  wanted.ports.clear();
  Findings findings;
  examine_ports(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::warning, FindingId::ports_none);
  EXPECT_FOUND(findings, Level::ok, FindingId::nic_free);
  EXPECT_EQ(findings.size(), 2u) << "what has no driver, or is none, is not told";
  wanted.ports = {"net_af_packet0,iface=../eth0", "net_af_packet1,iface=.."};
  findings.clear();
  examine_ports(tree(), wanted, findings);
  EXPECT_FOUND(findings, Level::problem, FindingId::interface_missing);
}

TEST(Names, OfAreasAndLevels) {
  EXPECT_EQ(name(Area::configuration), "configuration");
  EXPECT_EQ(name(Area::vantage), "vantage");
  EXPECT_EQ(name(Level::problem), "problem");
  EXPECT_EQ(worst({}), Level::ok);
}

} // namespace
} // namespace handspan::host
