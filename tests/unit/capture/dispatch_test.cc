// Receiver → Dispatcher → Channel → RingSource, with a device of DPDK that lives in a ring.
#include "buffers.h"
#include "capture/dispatcher.h"
#include "capture/envelope.h"
#include "capture/ring_source.h"

#include <gtest/gtest.h>
#include <map>
#include <rte_dev.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_ring.h>
#include <thread>

namespace handspan::capture {
namespace {

using namespace test;

constexpr flow::Seed kSeed = {1, 22, 333, 4'444, 55'555, 666'666, 7'777'777, 88'888'888};
constexpr End kServer = {0xc0000201, 443};

End client(unsigned i) {
  return {0x0a000001 + i * 7, static_cast<std::uint16_t>(1'024 + i * 13)};
}

// A port whose queue the test fills.
class RingPort {
public:
  RingPort() {
    pool();
    ring_ = rte_ring_create("port", 1'024, SOCKET_ID_ANY, RING_F_SP_ENQ | RING_F_SC_DEQ);
    id_ = static_cast<std::uint16_t>(rte_eth_from_ring(ring_));
    const rte_eth_conf conf = {};
    EXPECT_EQ(rte_eth_dev_configure(id_, 1, 0, &conf), 0);
    EXPECT_EQ(rte_eth_rx_queue_setup(id_, 0, 512, 0, nullptr, &pool()), 0);
    EXPECT_EQ(rte_eth_dev_start(id_), 0);
  }
  ~RingPort() {
    rte_eth_dev_stop(id_);
    rte_eal_hotplug_remove("vdev", "net_ring_port"); // the driver's word, then the ring's
    rte_ring_free(ring_);
  }
  void put(rte_mbuf *mbuf) { EXPECT_EQ(rte_ring_sp_enqueue(ring_, mbuf), 0); }
  [[nodiscard]] Source source() const { return {id_, 0, 3, TimeSource::clock, nullptr, nullptr}; }

private:
  rte_ring *ring_ = nullptr;
  std::uint16_t id_ = 0;
};

class Dispatch : public testing::Test {
protected:
  // `slots` of each channel.
  void make(unsigned workers, std::uint32_t slots, Dispatcher::WhenFull when_full,
            const Source &source) {
    Fault fault;
    std::vector<Channel *> all;
    for (unsigned i = 0; i < workers; ++i) {
      channels_.push_back(Channel::make(0, i, slots, SOCKET_ID_ANY, fault));
      ASSERT_NE(channels_.back(), nullptr) << fault.message;
      all.push_back(channels_.back().get());
      workers_.push_back(std::make_unique<RingSource>(std::vector{channels_.back().get()}, true));
    }
    receiver_ = std::make_unique<Receiver>(std::vector{source});
    dispatcher_ = std::make_unique<Dispatcher>(Steer(workers, false, kSeed), all, when_full, stop_);
  }
  void receive() {
    if (!receiver_->receive(Clock::ticks()).empty())
      dispatcher_->hand_on(*receiver_);
  }
  void TearDown() override {
    workers_.clear();
    dispatcher_.reset();
    receiver_.reset();
    channels_.clear();
    EXPECT_EQ(in_use(), 0U) << "every buffer comes back";
  }

  RingPort port_;
  std::atomic<bool> stop_{false};
  std::vector<std::unique_ptr<Channel>> channels_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::vector<std::unique_ptr<RingSource>> workers_;
};

TEST_F(Dispatch, EachConnectionComesToOneWorkerInItsOrder) {
  make(3, 256, Dispatcher::WhenFull::drop, port_.source());
  for (unsigned turn = 0; turn < 4; ++turn)
    for (unsigned i = 0; i < 40; ++i)
      port_.put(buffer_of(turn % 2 == 0 ? ethernet(tcp(client(i), kServer, turn))
                                        : ethernet(tcp(kServer, client(i), turn), {5})));
  for (unsigned i = 0; i < 4; ++i)
    receive();
  std::map<std::uint16_t, std::size_t> worker_of; // by the client's port
  std::map<std::uint16_t, std::uint32_t> last;
  std::size_t frames = 0;
  for (std::size_t w = 0; w < workers_.size(); ++w)
    for (auto burst = workers_[w]->receive(Clock::ticks()); !burst.empty();
         burst = workers_[w]->receive(Clock::ticks())) {
      for (const wire::Frame &frame : burst) {
        wire::PacketView view;
        ASSERT_EQ(wire::decode(frame, view), wire::Kind::tcp);
        const std::uint16_t end = view.src_port == 443 ? view.dst_port : view.src_port;
        EXPECT_EQ(worker_of.try_emplace(end, w).first->second, w);
        EXPECT_TRUE(last.find(end) == last.end() || last[end] < view.payload_length);
        last[end] = view.payload_length;
        EXPECT_EQ(frame.port, 3);
        EXPECT_GT(frame.time, 1'600'000'000 * base::kSecond);
        ++frames;
      }
      EXPECT_EQ(workers_[w]->now(), burst.back().time);
      workers_[w]->release();
    }
  EXPECT_EQ(frames, 160U);
  EXPECT_EQ(receiver_->counts(0).received_packets, 160U);
  EXPECT_EQ(receiver_->counts(0).dropped, 0U);
}

TEST_F(Dispatch, AFullRingDropsAndCounts) {
  make(2, 64, Dispatcher::WhenFull::drop, port_.source());
  for (unsigned i = 0; i < 400; ++i)
    port_.put(buffer_of(ethernet(tcp(client(i), kServer))));
  for (unsigned i = 0; i < 10; ++i)
    receive();
  const std::uint64_t dropped = receiver_->counts(0).dropped;
  EXPECT_EQ(dropped, 400U - 2 * 64);
  EXPECT_EQ(workers_[0]->dropped() + workers_[1]->dropped(), dropped);
  EXPECT_EQ(in_use(), 128U);
  std::uint64_t inspected = 0;
  for (auto &worker : workers_) {
    inspected += worker->receive(Clock::ticks()).size();
    worker->release();
  }
  EXPECT_EQ(receiver_->counts(0).received_packets, inspected + dropped);
}

TEST_F(Dispatch, AReplayWaitsUntilThereIsRoom) {
  make(1, 64, Dispatcher::WhenFull::wait, port_.source());
  for (unsigned i = 0; i < 500; ++i)
    port_.put(buffer_of(ethernet(tcp(client(i), kServer))));
  std::thread intake([this] {
    while (receiver_->taken() < 500)
      receive();
    dispatcher_->close();
  });
  std::uint64_t inspected = 0;
  while (!workers_[0]->ended()) {
    inspected += workers_[0]->receive(Clock::ticks()).size();
    workers_[0]->release();
  }
  intake.join();
  EXPECT_EQ(inspected, 500U);
  EXPECT_EQ(workers_[0]->dropped(), 0U);
}

TEST_F(Dispatch, WaitingEndsWithTheProgram) {
  make(1, 64, Dispatcher::WhenFull::wait, port_.source());
  for (unsigned i = 0; i < 128; ++i)
    port_.put(buffer_of(ethernet(tcp(client(i), kServer))));
  receive();
  stop_ = true;
  receive(); // finds no room
  EXPECT_EQ(receiver_->counts(0).dropped, 64U);
}

TEST_F(Dispatch, TheEndIsKnownWhenAllIsTaken) {
  make(1, 64, Dispatcher::WhenFull::drop, port_.source());
  port_.put(buffer_of(ethernet(tcp(client(1), kServer))));
  receive();
  EXPECT_FALSE(workers_[0]->ended());
  dispatcher_->close();
  EXPECT_FALSE(workers_[0]->ended()) << "one still waits";
  EXPECT_EQ(workers_[0]->receive(Clock::ticks()).size(), 1U);
  workers_[0]->release();
  EXPECT_TRUE(workers_[0]->ended());
}

TEST_F(Dispatch, AReplayedFrameBringsItsEnvelope) {
  Source source = port_.source();
  source.times = TimeSource::envelope;
  make(2, 64, Dispatcher::WhenFull::wait, source);
  for (const std::size_t first_segment : {0, 50}) {
    Octets bytes = ethernet(tcp(client(1), kServer, 70));
    const auto size = static_cast<std::uint32_t>(bytes.size());
    bytes.resize(size + kEnvelopeBytes);
    write_envelope({1'700'000'000'123'456'789, 42, 1'514}, bytes.data() + size);
    port_.put(buffer_of(bytes, first_segment));
    receive();
    std::size_t seen = 0;
    for (auto &worker : workers_) {
      for (const wire::Frame &frame : worker->receive(Clock::ticks())) {
        ++seen;
        EXPECT_EQ(frame.time, 1'700'000'000'123'456'789);
        EXPECT_EQ(frame.number, 42U);
        EXPECT_EQ(frame.length, 1'514U);
        EXPECT_EQ(frame.captured, size);
      }
      worker->release();
    }
    EXPECT_EQ(seen, 1U);
  }
  EXPECT_EQ(receiver_->counts(0).received_bytes, 2U * 1'514);
}

TEST_F(Dispatch, FilteredFramesAreCountedAndGoNowhere) {
  std::string error;
  const auto filter = CaptureFilter::compile("tcp port 443", error);
  ASSERT_NE(filter, nullptr);
  Source source = port_.source();
  source.filter = filter.get();
  make(1, 256, Dispatcher::WhenFull::drop, source);
  for (unsigned i = 0; i < 100; ++i)
    port_.put(buffer_of(ethernet(tcp(client(i), i % 4 == 0 ? kServer : End{1, 22}))));
  for (unsigned i = 0; i < 3; ++i)
    receive();
  EXPECT_EQ(receiver_->counts(0).received_packets, 100U);
  EXPECT_EQ(receiver_->counts(0).filtered, 75U);
  EXPECT_EQ(workers_[0]->receive(Clock::ticks()).size(), 25U);
  workers_[0]->release();
}

TEST_F(Dispatch, WhatThePortMarksAsDamagedIsCounted) {
  make(1, 64, Dispatcher::WhenFull::drop, port_.source());
  const std::uint64_t flags[] = {0, RTE_MBUF_F_RX_L4_CKSUM_BAD, RTE_MBUF_F_RX_IP_CKSUM_BAD,
                                 RTE_MBUF_F_RX_IP_CKSUM_GOOD, RTE_MBUF_F_RX_L4_CKSUM_NONE};
  for (const std::uint64_t one : flags) {
    rte_mbuf *mbuf = buffer_of(ethernet(tcp(client(1), kServer)));
    mbuf->ol_flags |= one;
    port_.put(mbuf);
  }
  receive();
  EXPECT_EQ(receiver_->counts(0).bad_checksum, 2U);
  EXPECT_EQ(workers_[0]->receive(Clock::ticks()).size(), 5U) << "they are inspected all the same";
  workers_[0]->release();
}

} // namespace
} // namespace handspan::capture
