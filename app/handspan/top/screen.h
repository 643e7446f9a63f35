// The terminal, full screen, by ncursesw: lines as lib/render writes them, and keys. Its headers
// stay in one source file: they define words such as `refresh` and `timeout`.
#pragma once

#include "base/time.h"

#include <cstddef>
#include <memory>
#include <string_view>

namespace handspan::app {

// Keys that are no characters; others are their code points.
namespace key {
inline constexpr int kNothing = -1, kUp = -2, kDown = -3, kPageUp = -4, kPageDown = -5, kHome = -6,
                     kEnd = -7, kEnter = -8, kBackspace = -9, kEscape = -10, kResized = -11;
}

class Screen {
public:
  // Null: the terminal can't do it, or nobody knows how ($TERM).
  static std::unique_ptr<Screen> open(bool colours);
  // The terminal is as it was before.
  ~Screen();
  Screen(const Screen &) = delete;
  Screen &operator=(const Screen &) = delete;

  [[nodiscard]] std::size_t rows() const;
  [[nodiscard]] std::size_t columns() const;

  // Lines are put together unseen; show() brings to the terminal what has changed.
  void clear();
  // Of the text: colours as render::paint() makes them; what else is no printable character is
  // shown as one. It is cut at the right edge.
  void put(std::size_t row, std::string_view text, bool marked = false);
  // The cursor stands there; else it is not seen.
  void point(std::size_t row, std::size_t column);
  void show();
  // After a suspension, or when another program wrote on the terminal.
  void redraw();

  // Waits so long for a key.
  int read(base::Nanos wait);

private:
  explicit Screen(void *terminal) : terminal_(terminal) {}
  void *terminal_;
  bool pointed_ = false;
};

} // namespace handspan::app
