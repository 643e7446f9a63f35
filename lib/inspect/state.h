// The inspector's inside: one struct, its functions spread over files by what they do.
//   inspector.cc   the public face
//   burst.cc       the stages of a burst; the short way of the common packet
//   connection.cc  opening, the long way of the unusual packet, closing, expiry
//   roles.cc       who is the client
//   evidence.cc    what a verdict will rest on
//   decoys.cc      segments that their receiver does not take
//   held_syn.cc    a SYN inside an open connection
//   order.cc       payload in the order of TCP
//   payload.cc     payload → TLS
//   rule_asks.cc   the operator's rules
//   first_bytes.cc TLS or not; TLS behind plain bytes
//   fragments.cc   a fragment → the datagram that it completes
//   icmp.cc        an error that quotes a connection → its Track
//   room.cc        who is proven, and who gives way when a table or pool is full
// What is known becomes a record in report.h.
#pragma once

#include "base/age_lists.h"
#include "base/memory.h"
#include "defrag/reassembler.h"
#include "flow/table.h"
#include "inspect/acceptance_board.h"
#include "inspect/delivery.h"
#include "inspect/inspector.h"
#include "inspect/recent.h"
#include "inspect/report.h"
#include "inspect/rule_facts.h"
#include "inspect/scribe.h"
#include "inspect/speakers.h"
#include "inspect/stages.h"
#include "inspect/subject.h"
#include "inspect/tracks.h"
#include "stream/assembler.h"
#include "tls/tracker.h"
#include "verdict/ending.h"
#include "wire/packet_view.h"

#include <array>
#include <memory>
#include <optional>

namespace handspan::inspect {

// One plain burst of columns; each stage fills the next.
struct Burst {
  std::array<wire::PacketView, kMaxBurst> view;
  std::array<flow::Key, kMaxBurst> key;
  std::array<std::uint64_t, kMaxBurst> hash;
  std::array<flow::Place, kMaxBurst> hint;
  std::array<std::uint8_t, kMaxBurst> frame; // which it is of those that came
  std::array<bool, kMaxBurst> src_is_low;
};

struct Inspector::State final : private Tracks::Owner {
  State(const Settings &settings, const rules::RuleSet *rules, Sink &sink);

  void set_timeouts(const Timeouts &timeouts);
  void set_shares();

  // What one packet carries with it on the long way.
  struct Packet {
    const wire::Frame &frame;
    const wire::PacketView &view;
    tcp::Segment segment;
    Side from = Side::client;
    std::uint64_t flow_id = 0;             // of the connection that it opens, if it has one already
    std::uint64_t mark = 0;                // of RecentPackets
    Moment before{};                       // the connection's packet before
    tls::PieceSink *pieces = nullptr;      // wants to know what its payload is
    std::optional<tcp::Carried> carried{}; // what it says beside its TCP header, once it was read,
    tcp::SackBlocks sack{};                // and this with it
    record::Decoy decoy = record::Decoy::none; // what speaks against it
    bool bad_checksum = false;
    [[nodiscard]] Moment now() const { return {frame.time, frame.number}; }
  };
  Subject subject(const flow::Place &place) {
    return {place, table[place.slot], tracks.of(place.slot, *this)};
  }

  // burst.cc
  void inspect(std::span<const wire::Frame> frames);
  std::size_t decode(std::span<const wire::Frame> frames);
  [[nodiscard]] std::uint16_t zone_of(const wire::PacketView &view) const;
  void one(const wire::Frame &frame, std::size_t k);
  void long_way(flow::Place place, const wire::Frame &frame, std::size_t k, std::uint64_t mark);
  bool short_way(const flow::Place &place, const wire::Frame &frame, const wire::PacketView &view,
                 bool src_is_low);

  Packet packet_of(const wire::Frame &frame, std::size_t k, std::uint64_t mark) const;

  // decoys.cc
  static tcp::Carried carried_by(const wire::PacketView &view, tcp::SackBlocks &sack);
  void judge_checksums(const wire::Frame &frame, wire::PacketView &view);
  void on_bad_checksum(const wire::Frame &frame, std::size_t k);
  bool is_refused(Subject &s, Packet &packet);
  void pass_over(Subject &s, Packet &packet);
  void tell_ignored(Subject &s, const Packet &packet);
  void note_decoy(Subject &s, Packet &packet, record::Decoy what);
  void note_urgent(Subject &s, Packet &packet);
  void note_past_decoy(Subject &s, Side from, record::Decoy what);

  // connection.cc
  void long_way(flow::Place place, Packet &packet, std::size_t i);
  flow::Place open(const Packet &packet, std::size_t i);
  void begin(Subject &s, Packet &packet, bool src_is_low);
  void track(const flow::Place &place, Packet &packet);
  [[nodiscard]] bool is_copy(const Subject &s, const Packet &packet) const;
  void account(Subject &s, const Packet &packet);
  void on_tcp_events(Subject &s, Packet &packet, tcp::Events events);
  // The packet is the first of `phase`.
  void enter(Subject &s, record::Phase phase, const Arrival &packet);
  void settle(Subject &s);
  // What the short way takes is no evidence, though here it is told as well.
  [[nodiscard]] bool is_passed_by(const Subject &s, const Packet &packet) const {
    return s.has(flow_flag::settled) && !s.has(flow_flag::watched) &&
           tcp::is_plain(s.flow.tcp, packet.from, packet.segment);
  }
  void forget_what_passed(Subject &s) {
    if (s.has(flow_flag::settled) && !s.has(flow_flag::watched))
      s.track.evidence.forget(s.flow.tcp, s.flow.last_data);
  }
  // Plain data that goes the long way only to be watched: no fact of it is wanted.
  [[nodiscard]] bool is_watched_data(const Subject &s, const Packet &packet) const {
    return s.has(flow_flag::settled) && s.has(flow_flag::watched) && !s.has(flow_flag::all_told) &&
           tcp::is_plain(s.flow.tcp, packet.from, packet.segment);
  }
  static bool is_met(const Subject &s);
  void write_down(Subject &s, const Packet &packet, tcp::Events events);
  void close(const flow::Place &place, Ending ending, Nanos now);
  void tell(Subject &s, Ending ending, Nanos now);
  const record::Record &report(Subject &s, Ending ending, Nanos now);
  void hand_on_records();
  void hand_on_old_records();
  void count_ending(const record::Record &record, Ending ending);
  void forget(Subject &s);
  void erase(const Subject &s);
  void sweep(Nanos now);
  void expire(std::uint32_t buckets, Nanos now);
  void finish(Inspector::End end);
  [[nodiscard]] Nanos timeout_of(const Flow &flow) const { return timeout[class_of(flow)]; }
  // For a packet that comes at `now`: is it too late to belong to the connection?
  [[nodiscard]] bool is_due(const Flow &flow, Nanos now) const {
    const Nanos idle = base::elapsed(flow.tcp.last, now);
    return idle > least_timeout && idle > timeout_of(flow);
  }
  // A timeout class: tcp::State, and one more of those established that are not proven. As rerank()
  // left it.
  static constexpr std::uint8_t kOneSidedClass = 6;
  static std::uint8_t class_of(const Flow &flow) {
    return static_cast<std::uint8_t>(flow.flags >> flow_flag::kClassShift);
  }
  static void set_class(Flow &flow, unsigned timeout_class) {
    constexpr unsigned kFlags = (1u << flow_flag::kClassShift) - 1;
    flow.flags =
        static_cast<std::uint16_t>((flow.flags & kFlags) | timeout_class << flow_flag::kClassShift);
  }

  // room.cc
  using Ranks = base::AgeLists<kYieldingRanks>;
  void prove(Subject &s, const Packet &packet);
  void rerank(Subject &s);
  bool make_room(const Packet &newcomer);
  bool grow();
  std::uint32_t who_gives_way(Rank newcomer, Nanos now);
  std::uint32_t oldest_of(std::size_t rank, Nanos now);
  void give_way(std::uint32_t slot, Nanos now);
  void fetch_next(std::uint32_t slot);
  void give_way_sealed(const flow::Place &place, Nanos now);
  [[nodiscard]] bool may_be_a_rest(const Packet &first) const;
  void open_session(Subject &s);
  bool keep_session();
  void end_session(std::uint32_t slot);
  static void lose_session(Subject &s);
  void about_to_seal(Flow &flow, Track &track) override;
  void end(std::uint32_t slot) override;
  // A bound kept something from the connection.
  static void hit(Subject &s, record::Limit limit) {
    s.track.limit = record::graver(s.track.limit, limit);
  }

  // evidence.cc
  void weigh(Subject &s, const Packet &packet, const tcp::Before &before);
  void learn_acceptance(const Subject &s);
  void learn_speech(const Subject &s, const record::Record &record);

  // held_syn.cc
  struct Replay;
  static HeldSyn held(const Packet &packet);
  bool is_held_believed(const Subject &s, const Packet &packet) const;
  bool hold_first(const flow::Place &place, const Packet &packet, bool src_is_low);
  void begin_with(std::uint32_t slot, const LoneSyn &syn) override;
  [[nodiscard]] std::uint64_t flow_id_of(std::uint64_t number) const {
    return std::uint64_t{settings.worker} << 56 | number;
  }
  bool hold_syn(Subject &s, const Packet &packet);
  void settle_held(const flow::Place &place, Packet &packet, std::size_t i);
  void tell_both(Subject &s, Ending ending, Nanos now);

  // roles.cc
  void assign_roles(Subject &s, Packet &packet, bool src_is_low);
  void learn_roles(Subject &s, Side &from, Side role);
  void guess_roles(Subject &s);
  void swap_roles(Subject &s, Side &from);

  // order.cc
  struct Ordered;
  void assemble(Subject &s, Packet &packet, Delivery &delivery);
  void look_again(Subject &s, Packet &packet);
  bool is_approved(Subject &s, Side from, const stream::Origin &origin, Nanos now);
  bool is_begun(const Subject &s, Side from);
  void settle_syn_data(Subject &s, const Packet &packet);
  template <class Hand> void hand_on(Subject &s, Delivery &delivery, bool own, Hand &&hand);
  bool release(Subject &s, Delivery &delivery, bool own);
  void catch_up(Subject &s, Delivery &delivery);
  void give_up_holes(Subject &s, const Packet &packet, Delivery &delivery);
  void end_order(Subject &s, Delivery &last);
  void leave_order(Subject &s, Delivery &last);
  bool is_turn(Subject &s, Side other, const stream::Origin &origin, Nanos now);

  // payload.cc
  void payload(Subject &s, Packet &packet, std::uint32_t next_before);
  void behind_handshake(Subject &s, const Packet &packet, Delivery &delivery,
                        std::uint32_t next_before);
  void feed(Subject &s, Delivery &delivery, base::Bytes bytes);
  void feed_unframed(Subject &s, Delivery &delivery, base::Bytes bytes);
  void missing(Subject &s, Delivery &delivery, std::uint32_t bytes);
  void follow(std::uint32_t slot, const wire::PacketView &view, Side from, tls::Stamp stamp);
  tls::Events feed_tls(Subject &s, Side from, base::Bytes bytes, std::uint32_t lost,
                       tls::Stamp stamp, tls::PieceSink *pieces = nullptr);
  void on_tls_events(Subject &s, Delivery &delivery, tls::Events events);

  // rule_asks.cc
  void ask_rules(Subject &s, rules::Stage until, const record::Record *record);
  void take_rules(const rules::RuleSet *set);
  void hear(Subject &s, Side from, base::Bytes bytes);
  void judge_first(Subject &s, Side from, base::Bytes bytes);
  void end_hearing(Subject &s, Side from);
  void forget_hearing(Subject &s);
  std::uint16_t take_stream(Subject &s, Side from);
  void take_hits(Subject &s, std::span<const rules::Note> hits);

  // first_bytes.cc
  void first_bytes(Subject &s, Delivery &delivery, base::Bytes bytes);
  void cut_off(Subject &s, Delivery &delivery, std::uint32_t bytes);
  void decide(Subject &s, Delivery &delivery, tls::Sniff sniffed, base::Bytes bytes);
  void pass_subflow(Subject &s, Delivery &delivery);
  void begin_plain(Subject &s, Delivery &delivery, base::Bytes bytes);
  void talk(Subject &s, Delivery &delivery, base::Bytes bytes);
  bool begins_tls(Subject &s, Delivery &delivery, base::Bytes bytes);
  void begin_tls(Subject &s, Delivery &delivery, record::Phase phase, bool reversed);

  // Times that contradict causality (two taps, a clock that was set) tell no duration.
  static void add_span(record::Histogram &histogram, Nanos from, Nanos to) {
    if (from != kNever && to != kNever && to >= from)
      histogram.add(static_cast<std::uint64_t>(to - from));
  }

  // fragments.cc
  wire::Kind put_together(const wire::Frame &frame, wire::PacketView &view);

  // icmp.cc
  void on_icmp_error(const wire::Frame &frame, std::size_t i);

  Settings settings;
  const rules::RuleSet *rules;
  std::unique_ptr<rules::Scratch> scratch;
  RuleFacts rule_facts;
  std::uint16_t rules_number = 0; // of the set that is in force
  bool hears = false;             // there are rules on first bytes
  Nanos rules_since = kNever; // connections that began before were not heard from the first byte
  const plain::Patterns &words;
  std::unique_ptr<plain::Scratch> words_scratch;
  Sink &sink;
  std::unique_ptr<Scribe> scribe; // null: nobody wants the facts of single packets
  flow::Table<Flow> table;
  Tracks tracks;
  Ranks ranks;                                        // by slot, each list in order of age
  std::array<std::uint32_t, kYieldingRanks> shares{}; // of the table's places, by Rank
  tls::Tracker tracker;
  stream::Assembler assembler;
  Speakers speakers;
  std::unique_ptr<AcceptanceBoard> own_acceptances; // where no other worker shares them
  AcceptanceBoard &acceptances;
  defrag::Reassembler reassembler;
  record::WorkerStats stats{};
  std::array<Nanos, flow::kTimeoutClasses> timeout{}; // by class_of()
  Nanos least_timeout = 0; // of all of them; base::kLongest where nothing expires by itself
  std::array<std::uint16_t, flow::kTimeoutClasses> tick_limit{}; // the same in whole ticks
  std::array<std::uint64_t, record::kPhases> in_phase{};         // connections now in each
  flow::TickClock ticks;
  Nanos last_sweep = kNever;
  Nanos last_seen = kNever;
  Nanos last_blind = kNever; // a connection gave way or was turned away for the last time
  std::uint64_t next_flow = 0;
  [[no_unique_address]] StageClock stages;
  RecentPackets recent;
  Burst burst;
  ReportBuilder reports{settings, table, tracker, speakers, acceptances};
};

} // namespace handspan::inspect
