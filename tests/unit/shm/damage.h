// A segment in memory, for tests that damage it before it is read.
#pragma once

#include "helpers.h"

#include "shm/format.h"

namespace handspan::shm {

class Damage : public ::testing::Test {
protected:
  void SetUp() override {
    words_.assign(plan(shape_).segment_bytes / 8, 0);
    Identity identity;
    identity.version = "9.9.9";
    format(bytes(), shape_, identity);
  }
  std::byte *bytes() { return reinterpret_cast<std::byte *>(words_.data()); }
  Header &header() { return *reinterpret_cast<Header *>(words_.data()); }
  DirectoryEntry &entry(std::size_t i) {
    return *reinterpret_cast<DirectoryEntry *>(bytes() + header().directory.offset +
                                               i * header().directory.stride);
  }
  std::unique_ptr<Reader> attach() {
    error_ = {};
    return Reader::attach(
        {reinterpret_cast<const std::uint8_t *>(words_.data()), words_.size() * 8}, error_);
  }

  Shape shape_{1, kMinRing, {"p"}, {2}, kMinRing, StoryChoice::failed};
  std::vector<std::uint64_t> words_;
  OpenError error_;
};

} // namespace handspan::shm
