// What a configuration may say, and how every fault is told.
#include "config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace handspan::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> refusals(std::string_view toml) {
  std::vector<Fault> faults;
  EXPECT_FALSE(parse(toml, "h.toml", faults)) << toml;
  std::vector<std::string> texts;
  for (const Fault &fault : faults)
    texts.push_back(fault.text());
  return texts;
}

std::string refusal(std::string_view toml) {
  const auto texts = refusals(toml);
  EXPECT_EQ(texts.size(), 1u) << toml;
  return texts.empty() ? "" : texts.front();
}

Config accepted(std::string_view toml, const std::string &file = "h.toml") {
  std::vector<Fault> faults;
  const auto config = parse(toml, file, faults);
  EXPECT_TRUE(config) << toml << '\n' << (faults.empty() ? "" : faults.front().text());
  return config.value_or(Config{});
}

TEST(Parse, EmptyFileGivesTheDefaults) {
  EXPECT_EQ(accepted(""), Config{});
}

TEST(Parse, TakesEveryKindOfValue) {
  const Config config = accepted(R"(
    [instance]
    name = "span-2"
    [log]
    level = "debug"
    [dpdk]
    eal_args = ["--no-huge", "--no-pci"]
    [capture]
    ports = ["0000:01:00.0", "net_pcap0,rx_pcap=/tmp/a b.pcap"]
    promiscuous = false
    dispatch = "software"
    receivers = 2
    receiver_lcores = "6-7"
    filters = ["not port 22"]
    link_wait = "2s"
    [workers]
    idle = "sleep"
    count = 4
    lcores = "1-3,5"
    main_lcore = 0
    [limits]
    flows = 1_000_000
    message_bytes = "128KiB"
    ring_bytes = "1GiB"
    [timeouts]
    syn = "10ms"
    established = "1h"
  )");
  Config wanted;
  wanted.instance.name = "span-2";
  wanted.log.level = LogLevel::debug;
  wanted.dpdk.eal_args = {"--no-huge", "--no-pci"};
  wanted.capture.ports = {"0000:01:00.0", "net_pcap0,rx_pcap=/tmp/a b.pcap"};
  wanted.capture.promiscuous = false;
  wanted.capture.dispatch = Dispatch::software;
  wanted.capture.receivers = 2;
  wanted.capture.receiver_lcores = {6, 7};
  wanted.capture.filters = {"not port 22"};
  wanted.capture.link_wait = 2 * base::kSecond;
  wanted.workers.idle = Idle::sleep;
  wanted.workers.count = 4;
  wanted.workers.lcores = {1, 2, 3, 5};
  wanted.workers.main_lcore = 0;
  wanted.limits.flows = 1'000'000;
  wanted.limits.message_bytes = 131'072;
  wanted.limits.ring_bytes = 1 << 30;
  wanted.timeouts.syn = 10 * base::kMillisecond;
  wanted.timeouts.established = 3'600 * base::kSecond;
  EXPECT_EQ(config, wanted);
}

TEST(Parse, RelativePathsAreTakenFromTheFolderOfTheFile) {
  const std::string_view toml = "[rules]\nfile = 'rules.toml'\n[log]\nfile = '/var/log/h.log'\n"
                                "[instance]\nruntime_dir = '../run'";
  const Config config = accepted(toml, "/etc/handspan/handspand.toml");
  EXPECT_EQ(config.rules.file, "/etc/handspan/rules.toml");
  EXPECT_EQ(config.log.file, "/var/log/h.log");
  EXPECT_EQ(config.instance.runtime_dir, "/etc/run");
  EXPECT_EQ(accepted(toml, "handspand.toml").rules.file, "rules.toml");
}

TEST(Parse, WrongValueIsToldWithPlaceKeyValueAndWhatIsRight) {
  EXPECT_EQ(
      refusal("[limits]\nflows = 5"),
      "h.toml:2:9: limits.flows is 5, but must be a number of connections from 64 to 67108864");
  EXPECT_EQ(refusal("[timeouts]\n\n  syn = \"5 s\""),
            "h.toml:3:9: timeouts.syn is \"5 s\", but must be a duration from \"1ms\" to \"24h\" "
            "(units ms, s, min, h)");
  EXPECT_EQ(refusal("limits.message_bytes = 65536"),
            "h.toml:1:24: limits.message_bytes is 65536, but must be a size from \"4KiB\" to "
            "\"1MiB\" (units B, KiB, MiB)");
}

TEST(Parse, ValuesJustOutsideTheirBoundsAreRefused) {
  for (const char *toml : {"limits.flows = 63",
                           "limits.flows = 67108865",
                           "limits.flows = -1",
                           "workers.count = 0",
                           "workers.count = 128",
                           "workers.main_lcore = -2",
                           "limits.ring_bytes = 33554432",
                           "limits.ring_bytes = '255KiB'",
                           "limits.ring_bytes = '17GiB'",
                           "limits.story_bytes = '0B'",
                           "timeouts.syn = '999us'",
                           "timeouts.syn = '25h'",
                           "retries.window = '999ms'",
                           "retries.window = '61min'",
                           "limits.message_bytes = '4095B'",
                           "limits.message_bytes = '2MiB'",
                           "limits.flows = 9223372036854775807",
                           "capture.mtu = 67",
                           "capture.dispatch = 'automatic'",
                           "capture.receivers = 0",
                           "capture.dispatch_ring = 100",
                           "capture.link_wait = '11min'",
                           "workers.idle = ''"})
    EXPECT_THAT(refusal(toml), HasSubstr("but must be")) << toml;
  for (const char *toml :
       {"limits.flows = 64", "limits.flows = 67108864", "workers.count = 126",
        "limits.ring_bytes = '16GiB'", "timeouts.syn = '1ms'", "timeouts.syn = '24h'",
        "retries.window = '1s'", "retries.window = '1h'", "limits.message_bytes = '4096B'",
        "limits.message_bytes = '1024KiB'", "capture.mtu = 68"})
    accepted(toml);
}

TEST(Parse, AKeyOfFormerTimesIsRefusedByTheNameOfItsSuccessor) {
  EXPECT_EQ(
      refusal("[limits]\nring_slots = 8192"),
      "h.toml:2:1: limits.ring_slots is no longer a key: set limits.ring_bytes, a size such as "
      "\"32MiB\"");
  EXPECT_THAT(refusal("limits.story_slots = 64"), HasSubstr("set limits.story_bytes"));
}

TEST(Parse, WrongTypesAreRefused) {
  for (const char *toml :
       {"limits.flows = '64'", "limits.flows = 64.0", "limits.flows = true", "limits.flows = [64]",
        "limits.flows = {}", "limits.flows = 10:00:00", "capture.promiscuous = 1",
        "capture.promiscuous = 'yes'", "capture.ports = 'net_pcap0'", "capture.ports = [1]",
        "capture.ports = [[]]", "log.level = 2", "log.level = 'loud'", "workers.lcores = 1",
        "workers.lcores = '3-1'", "instance.name = 1", "rules.file = []"})
    EXPECT_THAT(refusal(toml), HasSubstr("but must be")) << toml;
}

TEST(Parse, NamesAndPortsMustBeWellFormed) {
  for (const char *toml :
       {"instance.name = ''", "instance.name = '../x'", "instance.name = 'a/b'",
        "instance.name = '.a'", "instance.name = 'a.b'",
        "instance.name = '123456789012345678901234567890123'", "capture.ports = ['']",
        "capture.ports = [',x=1']", "capture.ports = ['eth 0']", "rules.file = \"a\\u0000b\"",
        "dpdk.eal_args = ['']"})
    EXPECT_THAT(refusal(toml), HasSubstr("but must be")) << toml;
}

TEST(Parse, UsersAndProbesMustBeWellFormed) {
  const std::string long_one(33, 'a'), longer(64, 'a'), endless(5'000, 'a');
  for (const std::string &toml : std::vector<std::string>{
           "rights.user = 'a b'", "rights.user = '-a'", "rights.user = 'a/b'",
           "rights.user = '" + long_one + "'", "instance.probe = 'a b'", "instance.probe = 'a\\b'",
           "instance.probe = 'a\"b'", "instance.probe = 'b\u00fccher'",
           "instance.probe = '" + longer + "'", "rules.file = '" + endless + "'",
           "capture.filters = [\"a\\u0000b\"]"})
    EXPECT_THAT(refusal(toml), HasSubstr("but must be")) << toml;
  EXPECT_EQ(accepted("rights.user = 'nobody-2.x_'").rights.user, "nobody-2.x_");
  EXPECT_EQ(accepted("rights.user = ''").rights.user, "");
  EXPECT_EQ(accepted("instance.probe = 'tap-3.example'").instance.probe, "tap-3.example");
}

TEST(Parse, ALongListIsToldByItsBeginning) {
  std::string many = "dpdk.eal_args = ['a', 'b', 'c', 'd', ";
  EXPECT_THAT(refusal(many + "'']"),
              HasSubstr("[\"a\", \"b\", \"c\", \"d\", \u2026], but must be"));
  EXPECT_THAT(refusal("dpdk.eal_args = ['a', '']"), HasSubstr("[\"a\", \"\"], but must be"));
  for (int i = 0; i < 300; ++i)
    many += "'x', ";
  EXPECT_THAT(refusal(many + "]"), HasSubstr("but must be"));
}

TEST(Parse, WhatCantBeAPortIsToldWithWhatToWrite) {
  const auto told = [](const std::string &port) {
    return refusal("capture.ports = ['net_null0', '" + port + "']");
  };
  EXPECT_EQ(told("eth1"),
            "h.toml:1:17: capture.ports: \"eth1\" is no PCI address and no virtual device of DPDK: "
            "for an interface of the kernel write \"net_af_packet0,iface=eth1\", for a NIC its "
            "address, such as \"0000:3b:00.0\"");
  for (const char *port : {"enp3s0f1", "bond0", "eth1.100", "wlan0", "lo"})
    EXPECT_THAT(told(port), HasSubstr(std::string("write \"net_af_packet0,iface=") + port)) << port;
  EXPECT_THAT(told("0000:3b:00"), HasSubstr("no whole PCI address: write bus, device and function "
                                            "as lspci -D shows them, such as \"0000:3b:00.0\""));
  EXPECT_THAT(told("3b:00"), HasSubstr("such as \"3b:00.0\""));
  for (const char *port :
       {"0000:3b:00.8", "0000:3b", "3b:0.0", "0000:3b:00.0.0", "0:3b:00.0", "00.0", "fe80::1",
        "000000000:3b:00.0", "000g:3b:00.0", "3g:00.0", "3b:0g.0", "3b:00-0", "3b:00.x"})
    EXPECT_THAT(told(port), HasSubstr("no whole PCI address")) << port;
  EXPECT_THAT(told("net_afpacket0,iface=eth1"),
              HasSubstr("did you mean \"net_af_packet0,iface=eth1\"?"));
  EXPECT_THAT(told("net_pcpa1,rx_iface=eth1"), HasSubstr("did you mean \"net_pcap1,rx_iface=eth1"));
  EXPECT_THAT(told("net_af_packet0"), HasSubstr("write \"net_af_packet0,iface=eth1\""));
  EXPECT_THAT(told("net_pcap0"), HasSubstr("write \"net_pcap0,rx_iface=eth1\""));
  for (const char *port :
       {"0000:3b:00.0", "3b:00.7", "0000:3b:00.1,representor=1", "10000:01:00.0",
        "net_pcap0,rx_pcap=/a", "net_pcap1,iface=lo", "net_pcap0,rx_iface=lo",
        "net_pcap0,rx_iface_in=lo", "virtio_user0", "eth_pcap0,rx_pcap=/a",
        "net_af_packet2,iface=eth1", "net_memif0", "net_of_another_vendor3", "net_tap0"})
    accepted(std::string("capture.ports = ['") + port + "']");
}

// DPDK takes options cut short, and values behind "=" or in the next argument.
TEST(Parse, ArgumentsThatAreNotTheOperatorsAreRefused) {
  const auto told = [](const std::string &arguments) {
    return refusal("[dpdk]\neal_args = ['--no-huge', " + arguments + "]");
  };
  EXPECT_EQ(told("'--help'"), "h.toml:2:12: dpdk.eal_args: \"--help\" only prints something and "
                              "ends the process: remove it");
  for (const char *one : {"'-h'", "'-v'", "'-hv'", "'--hel'", "'--version'", "'--log-level=help'",
                          "'--log-level', 'help'", "'--log-l=help'"})
    EXPECT_THAT(told(one), HasSubstr("ends the process: remove it")) << one;
  for (const char *one : {"'--proc-type=secondary'", "'--proc-type', 'secondary'",
                          "'--proc-t=auto'", "'--proc-type=primary'"})
    EXPECT_THAT(told(one), HasSubstr("another kind of process")) << one;
  for (const char *one : {"'-l', '1-3'", "'-l1'", "'-c7'", "'--lcores=1'", "'--main-lcore', '1'",
                          "'-S', '3'", "'-s8'"})
    EXPECT_THAT(told(one), HasSubstr("set workers.count, workers.lcores")) << one;
  EXPECT_THAT(told("'--file-prefix=x'"), HasSubstr("instance.name"));
  EXPECT_THAT(told("'--', '-m'"), HasSubstr("would be ignored"));
  for (const char *one :
       {"'--no-telemetry'", "'--vdev=net_null1'", "'-m', '512'", "'-a', '3b:00.0'",
        "'--iova-mode=va'", "'--log-level=lib.eal:debug'", "'--huge-dir', '/x'",
        "'--single-file-segments'", "'-d', '/usr/lib/pmd.so'"})
    accepted(std::string("[dpdk]\neal_args = [") + one + "]");
}

TEST(Parse, WorkersAndReceiversFitDpdksLcores) {
  EXPECT_THAT(
      refusal("workers.count = 120\ncapture.receivers = 8"),
      HasSubstr("h.toml:1:17: workers.count and capture.receivers must not be more than 127"));
  accepted("workers.count = 127\ncapture.dispatch = 'rss'");
  accepted("workers.count = 120\ncapture.receivers = 7");
}

TEST(Parse, PlacesAreToldForLater) {
  std::vector<Fault> faults;
  Places places;
  ASSERT_TRUE(parse("[capture]\nqueues = 2\n  filters = ['tcp']\n", "h.toml", faults, &places));
  EXPECT_EQ(places.size(), 2u);
  EXPECT_EQ(places["capture.filters"].line, 3u);
  EXPECT_EQ(places["capture.filters"].column, 13u);
}

TEST(Parse, UnknownKeysAreToldWithTheNearestOne) {
  EXPECT_EQ(refusal("[limits]\nflow = 64"),
            "h.toml:2:1: unknown key \"flow\" in [limits]: did you mean flows?");
  EXPECT_EQ(refusal("[workers]\nflows = 64"),
            "h.toml:2:1: unknown key \"flows\" in [workers]: it belongs to [limits]");
  EXPECT_EQ(refusal("[tracking]\ncolour = 64"),
            "h.toml:2:1: unknown key \"colour\" in [tracking]: its keys are vlan_in_key, "
            "handshake_events, packet_facts, checksums");
  EXPECT_THAT(refusal("[limit]\nflows = 64"),
              AllOf(StartsWith("h.toml:1:"), HasSubstr("unknown section \"limit\": did you mean "
                                                       "[limits]?")));
  EXPECT_EQ(refusal("flows = 64"),
            "h.toml:1:1: unknown key outside of a section \"flows\": it belongs to [limits]");
  EXPECT_THAT(refusal("[output]"), HasSubstr("the sections are instance, log, dpdk"));
}

TEST(Parse, SectionsMustBeTables) {
  EXPECT_THAT(refusal("limits = 5"), HasSubstr("limits must be a section, begun by [limits]"));
  EXPECT_THAT(refusal("[[limits]]\nflows = 64"), HasSubstr("must be a section"));
}

TEST(Parse, AllFaultsAreToldInTheOrderOfTheFile) {
  EXPECT_THAT(
      refusals("[workers]\ncount = 0\n[capture]\nmtu = 'x'\nqueue = 1\n[limits]\nflows = 1\n"),
      ElementsAre(StartsWith("h.toml:2:9: workers.count"), StartsWith("h.toml:4:7: capture.mtu"),
                  StartsWith("h.toml:5:1: unknown key \"queue\""),
                  StartsWith("h.toml:7:9: limits.flows")));
}

TEST(Parse, KeysMustAgreeWithEachOther) {
  EXPECT_EQ(refusal("[workers]\ncount = 2\nlcores = '1-3'"),
            "h.toml:3:10: workers.lcores must name as many cores as workers.count says, or none");
  EXPECT_EQ(refusal("[workers]\ncount = 2\nlcores = '1-2'\nmain_lcore = 2"),
            "h.toml:4:14: workers.main_lcore must not be one of workers.lcores");
  EXPECT_EQ(refusal("[capture]\nreceivers = 2\nreceiver_lcores = '4'"),
            "h.toml:3:19: capture.receiver_lcores must name as many cores as capture.receivers "
            "says, or none");
  EXPECT_EQ(refusal("workers.lcores = '3'\ncapture.receiver_lcores = '3'"),
            "h.toml:2:27: capture.receiver_lcores must name none of workers.lcores and not "
            "workers.main_lcore");
  EXPECT_EQ(refusal("capture.ports = ['net_ring0', 'net_ring1', 'net_ring2']\ncapture.filters = "
                    "['tcp', 'udp']"),
            "h.toml:2:19: capture.filters must be one for all ports, or one for each of "
            "capture.ports");
  EXPECT_EQ(refusal("workers.main_lcore = 3\ncapture.receiver_lcores = '3'"),
            "h.toml:2:27: capture.receiver_lcores must name none of workers.lcores and not "
            "workers.main_lcore");
  accepted("capture.ports = ['net_ring0', 'net_ring1']\ncapture.filters = ['tcp', 'udp']");
  EXPECT_THAT(refusal("capture.ports = ['net_null0', 'net_null0']"), HasSubstr("a port twice"));
  EXPECT_EQ(refusal("capture.rx_descriptors = 32768"),
            "h.toml: capture.mbufs must be at least 128 more than capture.rx_descriptors");
  EXPECT_THAT(refusals("[capture]\nrx_descriptors = 64\nmbufs = 256\nmbuf_cache = 200"),
              ElementsAre(HasSubstr("capture.mbuf_cache must be at most half of capture.mbufs")));
}

TEST(Parse, WhatIsNoTomlIsToldWithItsPlace) {
  EXPECT_THAT(refusal("[limits]\nflows = "), StartsWith("h.toml:2:"));
  EXPECT_THAT(refusal("[limits]\nflows = 64\nflows = 65"),
              AllOf(StartsWith("h.toml:3:"), HasSubstr("not TOML: ")));
  EXPECT_THAT(refusal("\xff"), HasSubstr("not TOML: "));
}

TEST(Parse, FaultsStayOnOneLineWhateverTheFileHolds) {
  for (const char *toml : {"[log]\nfile = \"\"\"\na\nb\u0007\"\"\"\nlevel = \"a\\nb\\u001b[31m\"",
                           "\"a\\nb\" = 1", "[log]\nfile=t\n", "[log]\n\"a\\u001bb\" = 1"})
    for (const std::string &text : refusals(toml)) {
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
      EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
    }
}

TEST(Load, UnreadableFilesAreToldByPath) {
  std::vector<Fault> faults;
  EXPECT_FALSE(load("/nonexistent/h.toml", faults));
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].text(),
            "/nonexistent/h.toml: can't read the configuration: No such file or directory");
  EXPECT_FALSE(load("/", faults));
  EXPECT_THAT(faults[0].text(), HasSubstr("directory"));
}

TEST(Load, EndlessFilesAreRefused) {
  std::vector<Fault> faults;
  EXPECT_FALSE(load("/dev/zero", faults));
  EXPECT_THAT(faults.at(0).text(), HasSubstr("longer than 32768 bytes"));
}

TEST(Parse, DeepNestingIsRefusedLikeAnythingElse) {
  std::string dotted = "a";
  while (dotted.size() < kMaxFileBytes - 3)
    dotted += ".a";
  EXPECT_THAT(refusal(dotted + "=1"), HasSubstr("unknown section"));
  EXPECT_THAT(refusal(dotted + dotted + "=1"), HasSubstr("longer than 32768 bytes"));
  EXPECT_THAT(refusal("a=" + std::string(30'000, '[')), HasSubstr("not TOML"));
}

TEST(Changes, AreToldByKeyWithBothValues) {
  Config before, after;
  EXPECT_TRUE(changes(before, after).empty());
  after.timeouts.syn = 7 * base::kSecond;
  after.workers.lcores = {1, 3};
  after.capture.ports = {"net_null0", "net_null1"};
  after.capture.dispatch = Dispatch::software;
  after.limits.message_bytes = 128 << 10;
  after.tracking.vlan_in_key = true;
  std::string told;
  for (const Change &change : changes(before, after))
    told += change.key + ' ' + change.before + ' ' + change.after + '\n';
  EXPECT_EQ(told, "capture.ports [] [\"net_null0\", \"net_null1\"]\n"
                  "capture.dispatch \"auto\" \"software\"\n"
                  "workers.lcores \"\" \"1, 3\"\n"
                  "limits.message_bytes \"64KiB\" \"128KiB\"\n"
                  "timeouts.syn \"5s\" \"7s\"\n"
                  "tracking.vlan_in_key false true\n");
}

} // namespace
} // namespace handspan::config
