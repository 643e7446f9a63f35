// What an exporter has kept in a folder, as records and sums again.
#pragma once

#include "folder.h"
#include "record/record.h"
#include "record/retry.h"
#include "summary/history.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace handspan::app {

struct KeptCertificate { // as the table has it
  std::string sha256, subject, issuer, names, serial, not_before, not_after, key_type;
  std::string first_seen, last_seen, server, name;
  std::uint64_t key_bits = 0, connections = 0, refused = 0;
  bool self_signed = false;
};

class Kept {
public:
  explicit Kept(std::string folder) : folder_(std::move(folder)) {}

  // Connections that ended, and minutes that began, from then until before then (kNever: any).
  // Records come in the order of their first packets, linked with their retries. False: it was said
  // why.
  bool read(base::Nanos from, base::Nanos until, base::Nanos window,
            const std::function<void(const record::Record &)> &take);

  // The rest holds once all has been read.
  // Each minute and what was summed up of it; probes and starts of daemons one by one.
  void each_minute(const std::function<void(const summary::Cell &, base::Nanos begin)> &take) const;
  // The records are some of those that there were: the minutes tell of all.
  [[nodiscard]] bool minutes_count() const {
    return !minutes_.empty() && (folder_.is_database() || sampled_ || !any_good_);
  }
  // When somebody watched, as far as the records tell; nothing where they are some of those that
  // there were. It is known before the first record is taken, unless there are very many.
  [[nodiscard]] record::Watch watched() const;
  // One of so many records was kept.
  [[nodiscard]] std::uint64_t rate() const { return rate_; }
  // Of a database: the certificates that were shown in that time. False: it was said why.
  bool certificates(base::Nanos from, base::Nanos until, std::vector<KeptCertificate> &to);
  [[nodiscard]] bool has_certificates() const { return folder_.is_database(); }

private:
  Folder folder_;
  // What was told again takes the place of what was told before.
  std::map<std::pair<std::int64_t, std::string>, summary::Cell> minutes_;
  std::uint64_t rate_ = 1;
  base::Nanos first_ = base::kNever, last_ = base::kNever;
  bool sampled_ = false, any_good_ = false;
};

} // namespace handspan::app
