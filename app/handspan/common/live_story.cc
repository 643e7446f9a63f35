#include "live_story.h"

#include "exit_codes.h"
#include "record_buffer.h"
#include "render/connection.h"
#include "render/explain.h"
#include "render/phrases.h"
#include "render/units.h"
#include "render/wrap.h"
#include "rings.h"

#include <algorithm>

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
  if (found != nullptr)
    return found;
  rings.drain_failures([&](const Record &r) { // which reach back further
    if (r.flow_id == flow_id)
      found = std::make_unique<Record>(r);
  });
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

// What the reader must know of a story that a daemon kept; empty if it is as whole as a file's.
std::string remarks(const record::Record &record, const record::Story &story,
                    render::Language language) {
  using render::Phrase;
  std::string out;
  const auto add = [&](const std::string &sentence) {
    if (!out.empty())
      out += render::phrase(Phrase::sentence_gap, language);
    out += sentence;
  };
  const std::uint64_t total = record.tcp.packets.client + record.tcp.packets.server;
  const std::uint64_t known = story.facts.size() + std::uint64_t{story.missing};
  const bool numbered_by_file = record.phases[0].first_packet != 0;
  if (!numbered_by_file)
    add(render::fill(Phrase::ex_live_numbers, language, {}));
  if (total > known)
    add(render::fill(Phrase::ex_live_data, language,
                     {{"n", render::grouped(total - known)}, {"total", render::grouped(total)}}));
  if (story.missing > 0)
    add(render::fill(Phrase::ex_live_missing, language, {{"n", render::grouped(story.missing)}}));
  return out;
}

constexpr std::size_t kWidest = 100; // of a paragraph

} // namespace

LiveStory find_live_story(const SegmentOptions &options, const RetryWindow &window,
                          const record::FlowId &id) {
  LiveStory found;
  Rings rings;
  rings.be_quiet();
  found.code = rings.attach(options);
  if (found.code != kOk)
    return found;
  if (const std::uint64_t run = rings.reader().probe().run; id.run != 0 && id.run != run) {
    found.why = "a connection of another run of a daemon, started " +
                render::rfc3339(id.started()) + "; this one started " +
                render::rfc3339(rings.reader().info().start_time);
    return found;
  }
  found.record = find_record(rings, window.or_else(rings.retry_window()), id.flow);
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

std::string tell(const LiveStory &found, const render::Style &style, bool full) {
  const std::size_t width = style.width == 0 ? kWidest : std::min(style.width, kWidest);
  if (found.record == nullptr)
    return render::wrap(found.why, width, 0);
  if (found.story == nullptr)
    return render::connection_block(*found.record, 0, style) + "\n" +
           render::wrap(found.why, width, 0);
  std::string out = render::explain(*found.record, 0, found.story->facts.view(),
                                    found.story->parts.view(), style, {full});
  if (const std::string said = remarks(*found.record, *found.story, style.language); !said.empty())
    out += "\n" + render::wrap(said, width, 0);
  return out;
}

} // namespace handspan::app
