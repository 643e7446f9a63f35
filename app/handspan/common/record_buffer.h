// Records put in order and linked with their retries, within a bound of memory.
#pragma once

#include "record/packed.h"
#include "record/retry.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace handspan::app {

class RecordBuffer {
public:
  using Take = std::function<void(const record::Record &)>;
  // By their first packet, then by their flow_id, then as they came; or as they were told of, then
  // by worker, then as they came.
  enum class Order : std::uint8_t { first, told };
  static constexpr std::size_t kMaxBytes = std::size_t{256} << 20; // some 400,000 connections

  // `take` gets the records in order. When more than max_bytes of them have come, it gets those
  // that are there, and the order begins anew.
  explicit RecordBuffer(Take take, std::size_t max_bytes = kMaxBytes, Order order = Order::first)
      : max_bytes_(max_bytes), order_(order), take_(std::move(take)) {}

  // How long after a failure another try counts as its retry; to be set before the first record.
  void set_retry_window(base::Nanos window) { linker_ = record::RetryLinker(window); }

  void add(const record::Record &record);
  void flush();

private:
  struct Entry {
    base::Nanos when;
    std::uint64_t then;         // tells apart what is of the same instant
    const std::uint8_t *record; // packed
    std::uint32_t bytes;
    std::uint32_t number; // the linker's
  };
  using Block = std::unique_ptr<std::uint8_t[]>;
  static constexpr std::size_t kBlock = std::size_t{1} << 20;

  std::uint8_t *place(std::size_t bytes);

  std::size_t max_bytes_;
  Order order_;
  Take take_;
  record::RetryLinker linker_;
  std::unique_ptr<record::PackRoom> room_ = std::make_unique_for_overwrite<record::PackRoom>();
  std::vector<Entry> entries_;
  std::vector<Block> blocks_; // the packed records, one after the other; kept when they have gone
  std::size_t block_ = 0;     // of blocks_, that is being filled
  std::size_t used_ = 0;      // of that
};

} // namespace handspan::app
