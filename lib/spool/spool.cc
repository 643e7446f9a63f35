#include "spool/spool.h"

#include "base/error_text.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace handspan::spool {
namespace {

namespace fs = std::filesystem;

std::string reason(const std::string &path) {
  return path + ": " + base::error_text(errno);
}

// "42" of "42.open"; "42-17" of "42-17.batch" gives both.
bool parse(std::string_view name, std::string_view ending, std::uint64_t &number,
           std::uint64_t *entries) {
  if (!name.ends_with(ending))
    return false;
  name.remove_suffix(ending.size());
  const char *const end = name.data() + name.size();
  auto [at, fault] = std::from_chars(name.data(), end, number);
  if (fault != std::errc())
    return false;
  if (entries == nullptr)
    return at == end;
  if (at == end || *at != '-')
    return false;
  const auto [stop, bad] = std::from_chars(at + 1, end, *entries);
  return bad == std::errc() && stop == end;
}

std::optional<Batch> batch_at(const std::string &path, std::uint64_t number,
                              std::uint64_t entries) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    return std::nullopt;
  return Batch{number, entries, static_cast<std::uint64_t>(about.st_size),
               about.st_mtim.tv_sec * base::kSecond + about.st_mtim.tv_nsec, path};
}

} // namespace

Spool::~Spool() {
  if (file_ >= 0)
    ::close(file_);
  if (lock_ >= 0)
    ::close(lock_);
}

bool Spool::open(const std::string &folder, std::string &why) {
  folder_ = folder;
  std::error_code fault;
  fs::create_directories(folder, fault);
  const std::string lock = folder + "/lock";
  lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (lock_ < 0) {
    why = reason(lock);
    return false;
  }
  if (flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    why = folder + ": another process works there";
    return false;
  }
  std::map<std::uint64_t, std::string> torn; // that were being filled
  for (const fs::directory_entry &item : fs::directory_iterator(folder, fault)) {
    const std::string name = item.path().filename().string();
    std::uint64_t number = 0, entries = 0;
    if (parse(name, ".batch", number, &entries)) {
      if (auto batch = batch_at(item.path().string(), number, entries))
        batches_[number] = std::move(*batch);
      number_ = std::max(number_, number);
    } else if (parse(name, ".open", number, nullptr)) {
      torn[number] = item.path().string();
    } else if (name.ends_with(".new")) {
      fs::remove(item.path(), fault);
    }
  }
  return take_up(torn, why);
}

// The last one knows how far the rings were read; a new one is to know it before anything moves.
bool Spool::take_up(const std::map<std::uint64_t, std::string> &torn, std::string &why) {
  FileReader reader;
  // What can't be read now may hold what nobody else has: it is no reason to go on without it.
  const auto read = [&](const std::string &path, Ending &ending) {
    std::string fault;
    const bool good = reader.open(path, fault);
    ending = good ? ending_of(reader) : Ending{};
    if (!good && !reader.is_damaged())
      why = path + ": " + fault;
    return good || reader.is_damaged();
  };
  Ending ending;
  for (auto at = torn.rbegin(); at != torn.rend() && !filling_; ++at) {
    number_ = std::max(number_, at->first);
    if (!read(at->second, ending))
      return false;
    if (ending.good > 0 && !begin_file(reader.beginning().source, ending.places, why))
      return false;
  }
  for (const auto &[number, path] : torn) {
    if (!read(path, ending))
      return false;
    if (ending.entries == 0 && ::unlink(path.c_str()) == 0)
      continue;
    if (::truncate(path.c_str(), static_cast<off_t>(ending.good)) != 0) {
      why = reason(path);
      return false;
    }
    if (!hand_over(path, number, ending.entries, why))
      return false;
  }
  return true;
}

// A full file becomes a batch.
bool Spool::hand_over(const std::string &path, std::uint64_t number, std::uint64_t entries,
                      std::string &why) {
  const std::string name =
      folder_ + "/" + std::to_string(number) + "-" + std::to_string(entries) + ".batch";
  if (::rename(path.c_str(), name.c_str()) != 0) {
    why = reason(name);
    return false;
  }
  Batch batch = batch_at(name, number, entries).value_or(Batch{number, entries, 0, 0, name});
  const std::lock_guard hold(mutex_);
  batches_[number] = std::move(batch);
  arrived_.notify_all();
  return true;
}

bool Spool::begin_file(const Source &source, const std::vector<Place> &places, std::string &why) {
  const std::string before = std::exchange(path_, {});
  const std::uint64_t number = number_ + 1;
  const std::string name = folder_ + "/" + std::to_string(number) + ".open";
  const std::string made = name + ".new";
  std::vector<std::uint8_t> bytes;
  Beginning beginning{number, source, places};
  put(beginning, bytes);
  const int file = ::open(made.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
  const bool good =
      file >= 0 &&
      ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
      ::rename(made.c_str(), name.c_str()) == 0;
  if (!good) {
    why = reason(name);
    if (file >= 0)
      ::close(file);
    path_ = before;
    return false;
  }
  if (file_ >= 0)
    ::close(file_);
  if (!before.empty()) // nothing was in it
    ::unlink(before.c_str());
  filling_ = std::move(beginning);
  file_ = file;
  path_ = name;
  number_ = number;
  written_ = bytes.size();
  entries_ = 0;
  return true;
}

bool Spool::begin(const Source &source, const std::vector<Place> &places, std::string &why) {
  if (entries_ > 0 && !seal(why))
    return false;
  return begin_file(source, places, why);
}

void Spool::add(const Entry &entry) {
  put(entry, buffer_);
  ++entries_;
  if (entry.kind == Kind::record && entry.worker < filling_->places.size())
    filling_->places[entry.worker] = entry.after;
}

bool Spool::flush(std::string &why) {
  return (buffer_.empty() || write_out(why)) && hand_over_full(why);
}

// All of it or, as far as anybody may see, nothing.
bool Spool::write_out(std::string &why) {
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t n = ::pwrite(file_, buffer_.data() + done, buffer_.size() - done,
                               static_cast<off_t>(written_ + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      why = reason(path_);
      (void)!::ftruncate(file_, static_cast<off_t>(written_));
      return false;
    }
    done += static_cast<std::size_t>(n);
  }
  written_ += done;
  buffer_.clear();
  return true;
}

bool Spool::seal(std::string &why) {
  if (!flush(why))
    return false;
  if (entries_ == 0)
    return true;
  Full full{std::exchange(path_, {}), number_, entries_};
  (void)::fdatasync(file_);
  const Beginning next = *filling_;
  if (!begin_file(next.source, next.places, why)) {
    path_ = std::move(full.path);
    return false;
  }
  full_ = std::move(full);
  return hand_over_full(why);
}

// Before any other one is: sinks never go back.
bool Spool::hand_over_full(std::string &why) {
  if (full_ && !hand_over(full_->path, full_->number, full_->entries, why))
    return false;
  full_.reset();
  return true;
}

std::optional<Batch> Spool::next(std::uint64_t number, std::chrono::milliseconds patience) {
  std::unique_lock hold(mutex_);
  const auto there = [&] { return stopped_ || batches_.lower_bound(number) != batches_.end(); };
  arrived_.wait_for(hold, patience, there);
  const auto found = batches_.lower_bound(number);
  if (found == batches_.end())
    return std::nullopt;
  return found->second;
}

std::vector<Batch> Spool::from(std::uint64_t number) {
  const std::lock_guard hold(mutex_);
  std::vector<Batch> all;
  for (auto at = batches_.lower_bound(number); at != batches_.end(); ++at)
    all.push_back(at->second);
  return all;
}

Waiting Spool::waiting(std::uint64_t number) {
  Waiting sum;
  for (const Batch &batch : from(number)) {
    sum.entries += batch.entries;
    sum.bytes += batch.bytes;
    if (sum.oldest == base::kNever)
      sum.oldest = batch.sealed;
  }
  sum.entries += entries_;
  return sum;
}

void Spool::expect(const std::string &sink, std::uint64_t number) {
  const std::lock_guard hold(mutex_);
  needs_[sink] = number;
}

void Spool::needs(const std::string &sink, std::uint64_t number) {
  const std::lock_guard hold(mutex_);
  needs_[sink] = number;
  std::uint64_t least = number;
  for (const auto &[name, needed] : needs_)
    least = std::min(least, needed);
  while (!batches_.empty() && batches_.begin()->first < least) {
    ::unlink(batches_.begin()->second.path.c_str());
    batches_.erase(batches_.begin());
  }
}

void Spool::stop() {
  const std::lock_guard hold(mutex_);
  stopped_ = true;
  arrived_.notify_all();
}

} // namespace handspan::spool
