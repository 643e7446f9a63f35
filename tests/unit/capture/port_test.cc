#include "capture/pools.h"
#include "capture/port.h"

#include <gtest/gtest.h>

namespace handspan::capture {
namespace {

TEST(Port, PciAddressesAreToldFromVirtualDevices) {
  EXPECT_TRUE(is_pci_address("0000:3b:00.0"));
  EXPECT_TRUE(is_pci_address("3b:00.1"));
  EXPECT_TRUE(is_pci_address("0000:3b:00.0,representor=0"));
  EXPECT_FALSE(is_pci_address("net_pcap0,rx_pcap=/a:b.c"));
  EXPECT_FALSE(is_pci_address("net_af_packet0,iface=eth1"));
  EXPECT_FALSE(is_pci_address(""));
}

TEST(Port, ArgumentsTellHowManyQueuesThereAre) {
  EXPECT_EQ(queues_by_arguments("net_pcap0,rx_pcap=/a,rx_pcap=/b"), 2U);
  EXPECT_EQ(queues_by_arguments("net_pcap0,rx_iface=eth0"), 1U);
  EXPECT_EQ(queues_by_arguments("net_af_packet0,iface=eth1,qpairs=4"), 4U);
  EXPECT_EQ(queues_by_arguments("net_memif0,role=server"), 0U);
  EXPECT_EQ(queues_by_arguments("0000:3b:00.0"), 0U);
}

TEST(Pools, MemoryGrowsWithTheBuffers) {
  EXPECT_GE(memory_for(0), 32U);
  // A page of 4 KiB each.
  EXPECT_GE(memory_for(1 << 20) - memory_for(0), 4'096U);
  EXPECT_LE(memory_for(1 << 20) - memory_for(0), 4'200U);
}

} // namespace
} // namespace handspan::capture
