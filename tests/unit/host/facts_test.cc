#include "host/clock.h"
#include "host/cpus.h"
#include "host/hugepages.h"
#include "host/memory.h"
#include "host/nics.h"
#include "tree_maker.h"

namespace handspan::host {
namespace {

using namespace test;

TEST(CpuLists, AreReadAndWritten) {
  EXPECT_EQ(*parse_cpu_list("0-3,8,10-11"), (CpuList{0, 1, 2, 3, 8, 10, 11}));
  EXPECT_EQ(*parse_cpu_list(""), CpuList{});
  EXPECT_EQ(*parse_cpu_list("5,1-2,2"), (CpuList{1, 2, 5}));
  for (const char *wrong : {"a", "3-1", "1,,2", "-1", "0-31:2/4", "99999", "1-"})
    EXPECT_FALSE(parse_cpu_list(wrong)) << wrong;
  EXPECT_EQ(text_of({0, 1, 2, 3, 8, 10, 11}), "0-3,8,10,11");
  EXPECT_EQ(text_of({}), "");
  EXPECT_EQ(without({1, 2, 3}, {2}), (CpuList{1, 3}));
}

TEST(Sizes, AreWrittenInPowersOf1024) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(512), "512 B");
  EXPECT_EQ(size_text(2 << 20), "2 MiB");
  EXPECT_EQ(size_text(3ULL << 29), "1.5 GiB");
  EXPECT_EQ(size_text(UINT64_MAX), "16383 PiB");
}

TEST(PciAddresses, AreTold) {
  EXPECT_EQ(pci_address("0000:3B:00.0"), "0000:3b:00.0");
  EXPECT_EQ(pci_address("3b:00.1,arg=1"), "0000:3b:00.1");
  for (const char *other : {"net_pcap0", "net_af_packet0,iface=eth1", "", "3b:00", "0000:3g:00.0",
                            "0000-3b:00.0", "0000:3b-00.0", "0000:3b:00-0"})
    EXPECT_FALSE(pci_address(other)) << other;
  EXPECT_EQ(interface_of("net_af_packet0,qpairs=2,iface=eth1"), "eth1");
  EXPECT_EQ(interface_of("net_pcap0,rx_iface=eth2,x=1"), "eth2");
  EXPECT_FALSE(interface_of("net_memif0,role=client"));
  EXPECT_FALSE(interface_of("net_af_packet0,iface="));
}

TEST_F(Machine, TellsWhyAFileCannotBeRead) {
  const auto text = tree().text("/proc/none");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.why, "/proc/none: No such file or directory");
  file("/proc/word", "seven");
  EXPECT_EQ(tree().number("/proc/word").why, "/proc/word: holds no number");
  file("/proc/huge", "99999999999999999999999");
  EXPECT_FALSE(tree().number("/proc/huge"));
}

TEST_F(Machine, HugepagesBySizeNodeAndMount) {
  EXPECT_FALSE(hugepages(tree()));
  pages("1048576", 4, 3);
  pages("2048", 512, 100);
  file("/sys/devices/system/node/node0/hugepages/hugepages-2048kB/nr_hugepages", "512");
  file("/sys/devices/system/node/node0/hugepages/hugepages-2048kB/free_hugepages", "100");
  folder("/sys/devices/system/node/power");
  file("/proc/self/mounts", "proc /proc proc rw 0 0\nhugetlbfs /dev/hugepages hugetlbfs rw 0 0");
  const auto found = hugepages(tree());
  ASSERT_TRUE(found) << found.why;
  ASSERT_EQ(found->sizes.size(), 2u);
  EXPECT_EQ(found->sizes[0].bytes, 2u << 20);
  EXPECT_EQ(found->sizes[0].free, 100u);
  ASSERT_EQ(found->sizes[0].nodes.size(), 1u);
  EXPECT_EQ(found->sizes[0].nodes[0].total, 512u);
  EXPECT_EQ(found->free_bytes(), (3ULL << 30) + (100ULL << 21));
  EXPECT_EQ(found->mounts, std::vector<std::string>{"/dev/hugepages"});
}

TEST_F(Machine, NicsWithDriversAndInterfaces) {
  nic("0000:3b:00.0", "vfio-pci", 1);
  link("/sys/bus/pci/devices/0000:3b:00.0/iommu_group", "../../../kernel/iommu_groups/42");
  nic("0000:3b:00.1", "");
  nic("0000:00:04.0", "virtio-pci", -1);
  folder("/sys/bus/pci/devices/0000:00:04.0/virtio3/net/eth0");
  file("/sys/bus/pci/devices/0000:00:01.0/class", "0x010000");
  const auto found = nics(tree());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 3u);
  EXPECT_EQ((*found)[0].interfaces, std::vector<std::string>{"eth0"});
  EXPECT_EQ((*found)[0].node, -1);
  EXPECT_EQ((*found)[1].driver, "vfio-pci");
  EXPECT_EQ((*found)[1].iommu_group, 42);
  EXPECT_EQ((*found)[2].driver, "");
}

TEST_F(Machine, CpusOfTheCommandLine) {
  file("/proc/cmdline",
       "quiet isolcpus=managed_irq,domain,2-5 nohz_full=2-3 nohz_full=5 rcu_nocbs");
  EXPECT_EQ(*cpus_on_command_line(tree(), "isolcpus"), (CpuList{2, 3, 4, 5}));
  EXPECT_EQ(*cpus_on_command_line(tree(), "nohz_full"), (CpuList{2, 3, 5}));
  EXPECT_EQ(*cpus_on_command_line(tree(), "rcu_nocbs"), CpuList{});
  file("/proc/cmdline", "nohz_full=x-y");
  EXPECT_EQ(*cpus_on_command_line(tree(), "nohz_full"), CpuList{});
  file("/proc/cmdline", "nohz_full=0-31:2/4");
  EXPECT_FALSE(cpus_on_command_line(tree(), "nohz_full"));
}

TEST_F(Machine, ClockAndMemory) {
  EXPECT_FALSE(available_memory(tree()));
  file("/proc/meminfo", "MemTotal:  100 kB\nHugePages\n");
  EXPECT_EQ(available_memory(tree()).why, "/proc/meminfo: tells no MemAvailable");
  file("/proc/meminfo", "MemTotal:  100 kB\nMemAvailable:   64 kB");
  EXPECT_EQ(*available_memory(tree()), 64u << 10);
  file("/proc/cpuinfo", "processor : 0\nflags : fpu constant_tsc nonstop_tsc_s3\nprocessor : 1");
  EXPECT_EQ(*missing_tsc_flags(tree()), std::vector<std::string>{"nonstop_tsc"});
}

} // namespace
} // namespace handspan::host
