#include "screen.h"

#include "render/utf8.h"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>

#include <algorithm>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace handspan::app {

namespace {

constexpr int kEscapeWait = 25; // ms, for what follows ESC in the sequence of a key

struct Attribute {
  std::string_view code; // as render::paint() writes it
  attr_t attributes;
  short colour; // a pair's number
};
constexpr Attribute kAttributes[] = {
    {"0", A_NORMAL, 0},  {"1", A_BOLD, 0},    {"2", A_DIM, 0},
    {"31", A_NORMAL, 1}, {"32", A_NORMAL, 2}, {"33", A_NORMAL, 3},
};

void use_colours() {
  if (!has_colors() || start_color() == ERR || use_default_colors() == ERR)
    return;
  init_pair(1, COLOR_RED, -1);
  init_pair(2, COLOR_GREEN, -1);
  init_pair(3, COLOR_YELLOW, -1);
}

// The bytes of the character at the beginning, which is UTF-8 or else one byte.
std::size_t length_of(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80    ? 1
                             : lead >= 0xf0 ? 4
                             : lead >= 0xe0 ? 3
                             : lead >= 0xc0 ? 2
                                            : 1;
  return std::min(length, text.size());
}

// Whoever sends control characters in a name must not write on the terminal with them.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  const bool c1 =
      character.size() == 2 && first == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0;
  return first < 0x20 || first == 0x7f || c1 || (character.size() == 1 && first >= 0x80);
}

// The code of "\x1b[31m" at the beginning; empty: it is none.
std::string_view colour_code(std::string_view text) {
  if (!text.starts_with("\x1b["))
    return {};
  const std::size_t end = text.find_first_not_of("0123456789", 2);
  return end != std::string_view::npos && text[end] == 'm' ? text.substr(2, end - 2)
                                                           : std::string_view();
}

int key_of(wint_t code) {
  switch (code) {
  case KEY_UP:
    return key::kUp;
  case KEY_DOWN:
    return key::kDown;
  case KEY_PPAGE:
    return key::kPageUp;
  case KEY_NPAGE:
    return key::kPageDown;
  case KEY_HOME:
    return key::kHome;
  case KEY_END:
    return key::kEnd;
  case KEY_ENTER:
    return key::kEnter;
  case KEY_BACKSPACE:
    return key::kBackspace;
  case KEY_RESIZE:
    return key::kResized;
  default:
    return key::kNothing;
  }
}

int key_of_character(wint_t character) {
  switch (character) {
  case '\n':
  case '\r':
    return key::kEnter;
  case 0x08:
  case 0x7f:
    return key::kBackspace;
  case 0x1b:
    return key::kEscape;
  default:
    return static_cast<int>(character);
  }
}

} // namespace

std::unique_ptr<Screen> Screen::open(bool colours) {
  // There is no other thread yet. NOLINTBEGIN(concurrency-mt-unsafe)
  (void)std::setlocale(LC_ALL, "");
  if (MB_CUR_MAX == 1) // all that is shown is UTF-8
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");
  // NOLINTEND(concurrency-mt-unsafe)
  SCREEN *const terminal = newterm(nullptr, stdout, stdin);
  if (terminal == nullptr)
    return nullptr;
  set_term(terminal);
  set_escdelay(kEscapeWait);
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  curs_set(0);
  if (colours)
    use_colours();
  return std::unique_ptr<Screen>(new Screen(terminal));
}

Screen::~Screen() {
  endwin();
  delscreen(static_cast<SCREEN *>(terminal_));
}

std::size_t Screen::rows() const {
  return static_cast<std::size_t>(std::max(LINES, 1));
}

std::size_t Screen::columns() const {
  return static_cast<std::size_t>(std::max(COLS, 1));
}

void Screen::clear() {
  erase();
  pointed_ = false;
}

void Screen::put(std::size_t row, std::string_view text, bool marked) {
  if (row >= rows())
    return;
  const attr_t base = marked ? A_REVERSE : A_NORMAL;
  attr_set(base, 0, nullptr);
  move(static_cast<int>(row), 0);
  std::size_t column = 0;
  while (!text.empty()) {
    if (const std::string_view code = colour_code(text); !code.empty()) {
      const auto *const found =
          std::find_if(std::begin(kAttributes), std::end(kAttributes),
                       [code](const Attribute &one) { return one.code == code; });
      if (found != std::end(kAttributes))
        attr_set(base | found->attributes, found->colour, nullptr);
      text.remove_prefix(code.size() + 3);
      continue;
    }
    const std::string_view character = text.substr(0, length_of(text));
    const std::string_view shown = is_control(character) ? "?" : character;
    const std::size_t width = render::display_width(shown);
    if (column + width > columns())
      break;
    addnstr(shown.data(), static_cast<int>(shown.size()));
    column += width;
    text.remove_prefix(character.size());
  }
  attr_set(base, 0, nullptr);
  for (; marked && column < columns(); ++column)
    addch(' ');
  attr_set(A_NORMAL, 0, nullptr);
}

void Screen::point(std::size_t row, std::size_t column) {
  pointed_ = true;
  move(static_cast<int>(row), static_cast<int>(std::min(column, columns() - 1)));
}

void Screen::show() {
  curs_set(pointed_ ? 1 : 0);
  refresh();
}

void Screen::redraw() {
  clearok(curscr, TRUE);
}

int Screen::read(base::Nanos wait) {
  timeout(static_cast<int>(wait / base::kMillisecond));
  wint_t code = 0;
  const int kind = get_wch(&code);
  if (kind == ERR)
    return key::kNothing;
  return kind == KEY_CODE_YES ? key_of(code) : key_of_character(code);
}

} // namespace handspan::app
