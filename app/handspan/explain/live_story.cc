#include "live_story.h"

#include "handspan/common/exit_codes.h"
#include "handspan/common/record_buffer.h"
#include "handspan/common/rings.h"
#include "render/units.h"

#include <charconv>

namespace handspan::app {
namespace {

using record::Record;
using record::Story;
using Choice = shm::StoryChoice;

// The connection's record, or, while there is none, that of its TLS handshake.
std::unique_ptr<Record> find_record(Rings &rings, base::Nanos window, std::uint64_t flow_id) {
  std::unique_ptr<Record> found;
  RecordBuffer buffer([&](const Record &r) {
    if (r.flow_id == flow_id && (found == nullptr || r.kind == record::Kind::connection))
      found = std::make_unique<Record>(r);
  });
  buffer.set_retry_window(window);
  rings.drain_history([&](const Record &r) { buffer.add(r); }, [] { return true; });
  buffer.flush();
  return found;
}

struct Search {
  std::unique_ptr<Story> story;
  std::uint64_t overwritten = 0; // stories that were there before
};

Search find_story(const shm::Reader &reader, const Record &record) {
  Search search;
  auto cursor = reader.stories(record.worker, shm::Start::oldest);
  if (!cursor)
    return search;
  search.overwritten = cursor->number() == shm::StoryCursor::kUnknown ? 0 : cursor->number();
  auto story = std::make_unique<Story>();
  // Once through: a busy daemon would otherwise never let it end.
  for (const std::uint64_t end = cursor->end(); cursor->place() < end;) {
    const shm::Poll got = cursor->poll(*story);
    if (got.kind == shm::Poll::Kind::nothing)
      break;
    if (got.kind == shm::Poll::Kind::lost) {
      search.overwritten += got.lost;
    } else if (story->flow_id == record.flow_id) {
      search.story = std::move(story);
      break;
    }
  }
  return search;
}

std::string why_no_story(const shm::Reader &reader, const Record &record,
                         std::uint64_t overwritten) {
  if (record.kind == record::Kind::handshake)
    return "the connection has not ended yet: its packets are told when it has";
  const Choice choice = reader.story_choice();
  if (choice == Choice::none)
    return "the daemon keeps no packet facts (tracking.packet_facts)";
  if (!reader.stories(record.worker, shm::Start::oldest))
    return "the daemon's packet facts have another shape (its version is " + reader.info().version +
           "): use the handspan that came with it";
  if (choice == Choice::failed && record.outcome != record::Outcome::failed)
    return "the daemon keeps the packet facts of failed connections only "
           "(tracking.packet_facts = \"all\" would keep these)";
  const record::Counters counters = record.worker < reader.workers()
                                        ? reader.worker_stats(record.worker).counters
                                        : record::Counters{};
  const bool short_of_room = counters.stories_pool_full + counters.stories_gave_way > 0;
  const std::string no_room = "found no room while it lasted (limits.story_buffers)";
  const std::string later =
      "were overwritten by " + render::grouped(overwritten) + " later stories (limits.story_bytes)";
  if (overwritten > 0)
    return "its packet facts " + later + (short_of_room ? ", or " + no_room : "");
  return "its packet facts " + no_room;
}

} // namespace

std::optional<std::uint64_t> parse_flow_id(std::string_view text) {
  constexpr std::size_t kMost = 2 + 16;
  if (text.size() < 3 || text.size() > kMost || text.substr(0, 2) != "0x")
    return std::nullopt;
  std::uint64_t id = 0;
  const char *const end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data() + 2, end, id, 16);
  if (fault != std::errc() || rest != end || id == 0)
    return std::nullopt;
  return id;
}

LiveStory find_live_story(const SegmentOptions &options, const RetryWindow &window,
                          std::uint64_t flow_id) {
  LiveStory found;
  Rings rings;
  rings.be_quiet();
  found.code = rings.attach(options);
  if (found.code != kOk)
    return found;
  found.record = find_record(rings, window.or_else(rings.retry_window()), flow_id);
  if (found.record == nullptr) {
    found.why = "no record of this connection: it was overwritten since (limits.ring_bytes), goes "
                "on, or was never seen by this daemon";
    return found;
  }
  Search search = find_story(rings.reader(), *found.record);
  if (search.story == nullptr)
    found.why = why_no_story(rings.reader(), *found.record, search.overwritten);
  found.story = std::move(search.story);
  return found;
}

} // namespace handspan::app
