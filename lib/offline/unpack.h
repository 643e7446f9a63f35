// A stream of bytes that may be compressed (gzip, zstd, lz4), unpacked as it is read, or may come
// from a pipe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace handspan::offline {

class Unpacker {
public:
  // Compressed bytes read at once, and so what the beginning of a pipe may need.
  static constexpr std::size_t kPiece = 256 * 1024;
  // What a zstd frame may ask its reader to remember; lz4's and gzip's bounds are smaller.
  static constexpr int kMaxWindowLog = 27; // 128 MiB

  // Takes over the descriptor of `stream`, which stays open until the Unpacker goes. Null: it can't
  // be read, or is compressed in a way that this build can't unpack; the fault says so.
  static std::unique_ptr<Unpacker> open(std::FILE *stream, std::string &fault);
  ~Unpacker();
  Unpacker(const Unpacker &) = delete;
  Unpacker &operator=(const Unpacker &) = delete;

  // The unpacked bytes. Stays the Unpacker's, unless it is given away.
  [[nodiscard]] std::FILE *stream() const { return stream_; }
  // Whoever closes the stream now is somebody else.
  void give_away() { owns_stream_ = false; }

  [[nodiscard]] bool is_compressed() const;
  // Nothing is there to be read, and nothing comes for so many milliseconds: the next reading would
  // wait for whoever fills the pipe.
  [[nodiscard]] bool would_wait(int patience) const;
  // What is wrong with the compressed data; empty if nothing is.
  [[nodiscard]] const std::string &fault() const;

  struct Input;

private:
  explicit Unpacker(std::unique_ptr<Input> input);

  std::unique_ptr<Input> input_;
  std::FILE *stream_ = nullptr;
  bool owns_stream_ = true;
};

} // namespace handspan::offline
