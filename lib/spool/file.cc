#include "spool/file.h"

#include "base/error_text.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <sys/stat.h>
#include <zlib.h>

namespace handspan::spool {
namespace {

constexpr char kMagic[8] = {'H', 'S', 'S', 'P', 'O', 'O', 'L', '1'};

struct Head {
  char magic[8] = {};
  std::uint32_t workers = 0;
  std::uint32_t check = 0; // of all that follows
  std::uint64_t number = 0;
  Source source;
};
static_assert(sizeof(Head) == 8 + 8 + 8 + sizeof(Source));

struct EntryHead {
  std::uint32_t bytes = 0; // of the payload
  std::uint32_t check = 0; // of all that follows
  Place after;
  std::uint8_t kind = 0, worker = 0;
  std::uint8_t zeros[6] = {};
};
static_assert(sizeof(EntryHead) == 32);
constexpr std::size_t kUnchecked = 8; // bytes and check

std::uint32_t check_of(const std::uint8_t *at, std::size_t bytes) {
  return static_cast<std::uint32_t>(crc32_z(0, at, bytes));
}

void append(std::vector<std::uint8_t> &to, const void *from, std::size_t bytes) {
  const auto *at = static_cast<const std::uint8_t *>(from);
  to.insert(to.end(), at, at + bytes);
}

struct Close {
  void operator()(std::FILE *file) const { (void)std::fclose(file); }
};

} // namespace

void put(const Beginning &beginning, std::vector<std::uint8_t> &to) {
  const std::size_t begin = to.size();
  Head head;
  std::memcpy(head.magic, kMagic, sizeof kMagic);
  head.workers = static_cast<std::uint32_t>(beginning.places.size());
  head.number = beginning.number;
  head.source = beginning.source;
  append(to, &head, sizeof head);
  append(to, beginning.places.data(), beginning.places.size() * sizeof(Place));
  constexpr std::size_t kChecked = offsetof(Head, number);
  head.check = check_of(to.data() + begin + kChecked, to.size() - begin - kChecked);
  std::memcpy(to.data() + begin + offsetof(Head, check), &head.check, sizeof head.check);
}

void put(const Entry &entry, std::vector<std::uint8_t> &to) {
  const std::size_t begin = to.size();
  EntryHead head;
  head.bytes = static_cast<std::uint32_t>(entry.payload.size());
  head.after = entry.after;
  head.kind = static_cast<std::uint8_t>(entry.kind);
  head.worker = entry.worker;
  append(to, &head, sizeof head);
  append(to, entry.payload.data(), entry.payload.size());
  head.check = check_of(to.data() + begin + kUnchecked, to.size() - begin - kUnchecked);
  std::memcpy(to.data() + begin + offsetof(EntryHead, check), &head.check, sizeof head.check);
}

bool FileReader::open(const std::string &path, std::string &why) {
  at_ = 0;
  damaged_ = false;
  errno = 0;
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rbe"));
  struct stat about {};
  if (!file || fstat(fileno(file.get()), &about) != 0) {
    damaged_ = !file && errno == ENOENT;
    why = base::error_text(errno);
    return false;
  }
  const auto size = static_cast<std::uint64_t>(about.st_size);
  if (size <= kMaxFile) {
    bytes_.resize(static_cast<std::size_t>(size));
    bytes_.resize(std::fread(bytes_.data(), 1, bytes_.size(), file.get()));
  }
  if (std::ferror(file.get()) != 0) {
    why = base::error_text(errno);
    return false;
  }
  if (size <= kMaxFile && read_beginning())
    return true;
  why = size > kMaxFile ? "too long for a file of a spool"
                        : "no file of a spool, or damaged at its beginning";
  damaged_ = true;
  return false;
}

bool FileReader::read_beginning() {
  Head head;
  if (bytes_.size() < sizeof head)
    return false;
  std::memcpy(&head, bytes_.data(), sizeof head);
  const std::size_t end = sizeof head + head.workers * sizeof(Place);
  constexpr std::size_t kChecked = offsetof(Head, number);
  if (std::memcmp(head.magic, kMagic, sizeof kMagic) != 0 || head.workers > kMaxWorkers ||
      bytes_.size() < end || head.check != check_of(bytes_.data() + kChecked, end - kChecked))
    return false;
  beginning_.number = head.number;
  beginning_.source = head.source;
  beginning_.source.instance[sizeof head.source.instance - 1] = '\0';
  beginning_.source.probe[sizeof head.source.probe - 1] = '\0';
  beginning_.places.resize(head.workers);
  if (head.workers > 0)
    std::memcpy(beginning_.places.data(), bytes_.data() + sizeof head, end - sizeof head);
  at_ = end;
  return true;
}

bool FileReader::next(Entry &entry) {
  EntryHead head;
  if (bytes_.size() - at_ < sizeof head)
    return false;
  const std::uint8_t *const at = bytes_.data() + at_;
  std::memcpy(&head, at, sizeof head);
  if (head.bytes > kMaxPayload || bytes_.size() - at_ - sizeof head < head.bytes ||
      head.kind > static_cast<std::uint8_t>(Kind::minute) ||
      head.check != check_of(at + kUnchecked, sizeof head + head.bytes - kUnchecked))
    return false;
  entry = {static_cast<Kind>(head.kind), head.worker, head.after, {at + sizeof head, head.bytes}};
  at_ += sizeof head + head.bytes;
  return true;
}

Ending ending_of(FileReader &reader) {
  Ending ending;
  ending.places = reader.beginning().places;
  for (Entry entry; reader.next(entry); ++ending.entries)
    if (entry.kind == Kind::record && entry.worker < ending.places.size())
      ending.places[entry.worker] = entry.after;
  ending.good = reader.good();
  return ending;
}

} // namespace handspan::spool
