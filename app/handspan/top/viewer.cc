#include "viewer.h"

#include "shm/process.h"

#include <algorithm>

namespace handspan::app {

namespace {

constexpr base::Nanos kRefresh = base::kSecond;
constexpr std::size_t kMostTyped = 4'096;

void put_utf8(std::string &to, int character) {
  const auto c = static_cast<unsigned>(character);
  const auto tail = [&](unsigned shift) { to += static_cast<char>(0x80 | ((c >> shift) & 0x3f)); };
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xc0 | c >> 6);
    tail(0);
  } else if (c < 0x10000) {
    to += static_cast<char>(0xe0 | c >> 12);
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xf0 | c >> 18);
    tail(12);
    tail(6);
    tail(0);
  }
}

void drop_last_character(std::string &text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0) == 0x80)
    text.pop_back();
  if (!text.empty())
    text.pop_back();
}

} // namespace

TopViewer::TopViewer(TopModel &model, Screen &screen, const render::Style &style,
                     const render::TopView &first)
    : model_(model), screen_(screen), style_(style), span_(first.span) {
  orders_.fill(first.order);
  if (first.subject)
    view_ = static_cast<View>(*first.subject);
}

unsigned TopViewer::kind_of(View view) {
  switch (view) {
  case View::recent:
    return kList;
  case View::latencies:
  case View::connection:
  case View::help:
    return kText;
  default:
    return kTable;
  }
}

void TopViewer::run() {
  refresh();
  base::Nanos due = shm::monotonic_now() + kRefresh;
  for (bool goes_on = true; goes_on;) {
    draw();
    const base::Nanos now = shm::monotonic_now();
    const int key = screen_.read(std::max<base::Nanos>(due - now, 0));
    if (key == key::kNothing && shm::monotonic_now() < due)
      continue;
    if (key != key::kNothing)
      goes_on = obey(key);
    if (shm::monotonic_now() >= due) {
      if (!paused_)
        refresh();
      due = shm::monotonic_now() + kRefresh;
    }
  }
}

// Whoever has chosen a failure keeps it while newer ones come.
void TopViewer::refresh() {
  const std::size_t come = model_.refresh();
  Place &place = places_[static_cast<std::size_t>(View::recent)];
  if (place.selected > 0 || view_ == View::connection)
    place.selected += come;
}

bool TopViewer::obey(int key) {
  if (key == key::kResized)
    return true;
  if (typing_) {
    edit(key);
    return true;
  }
  message_.clear();
  switch (const TopCommand command = command_of(key)) {
  case TopCommand::quit:
    return false;
  case TopCommand::help:
    view_ == View::help ? back() : go(View::help);
    break;
  case TopCommand::back:
    if (!is_text() && model_.is_filtered())
      apply_filter("");
    else
      back();
    break;
  case TopCommand::open:
    open();
    break;
  case TopCommand::next_failure:
  case TopCommand::previous_failure:
    step(command);
    break;
  case TopCommand::filter:
    typing_ = true;
    typed_ = model_.filter();
    break;
  case TopCommand::sort:
    sort(key - '0');
    break;
  case TopCommand::span:
    span_ = span_ == summary::Ranking::Span::since_start ? summary::Ranking::Span::five_minutes
                                                         : summary::Ranking::Span::since_start;
    break;
  case TopCommand::pause:
    paused_ = !paused_;
    break;
  case TopCommand::redraw:
    screen_.redraw();
    break;
  case TopCommand::none:
    break;
  case TopCommand::names:
  case TopCommand::servers:
  case TopCommand::networks:
  case TopCommand::causes:
  case TopCommand::ja4:
  case TopCommand::latencies:
  case TopCommand::recent:
    go(static_cast<View>(static_cast<unsigned>(command) -
                         static_cast<unsigned>(TopCommand::names)));
    break;
  default:
    move(command);
  }
  return true;
}

void TopViewer::edit(int key) {
  if (key == key::kEscape) {
    typing_ = false;
  } else if (key == key::kEnter) {
    typing_ = false;
    apply_filter(typed_);
  } else if (key == key::kBackspace) {
    drop_last_character(typed_);
  } else if (key == 21) { // Ctrl-U
    typed_.clear();
  } else if (key >= ' ' && typed_.size() < kMostTyped) {
    put_utf8(typed_, key);
  }
}

void TopViewer::apply_filter(const std::string &text) {
  std::string fault;
  if (!model_.set_filter(text, fault)) {
    message_ = screen_lines(fault);
    return;
  }
  places_ = {};
  if (is_text() && view_ != View::latencies)
    back();
}

void TopViewer::go(View view) {
  if (view_ == view)
    return;
  if (view_ != View::help && !(view_ == View::connection && view == View::help))
    before_ = view_;
  view_ = view;
  if (is_text())
    place() = {};
}

void TopViewer::back() {
  if (view_ == View::help || view_ == View::connection)
    view_ = view_ == View::connection ? View::recent : before_;
}

void TopViewer::move(TopCommand command) {
  Place &at = place();
  std::size_t &value = is_text() ? at.top : at.selected; // drawing bounds it
  const std::size_t page = std::max<std::size_t>(shown_, 2) - 1;
  switch (command) {
  case TopCommand::up:
    value -= std::min<std::size_t>(value, 1);
    break;
  case TopCommand::down:
    ++value;
    break;
  case TopCommand::page_up:
    value -= std::min(value, page);
    break;
  case TopCommand::page_down:
    value += page;
    break;
  case TopCommand::first:
    value = 0;
    break;
  default:
    value = count(drawn_);
  }
}

// Further back is further down. From another view, the latest failure comes first.
void TopViewer::step(TopCommand command) {
  Place &at = places_[static_cast<std::size_t>(View::recent)];
  if (view_ != View::recent && view_ != View::connection) {
    go(View::recent);
    return;
  }
  if (command == TopCommand::next_failure)
    at.selected = std::min(at.selected + 1, std::max<std::size_t>(model_.failures(), 1) - 1);
  else
    at.selected -= std::min<std::size_t>(at.selected, 1);
  if (view_ == View::connection) {
    view_ = View::recent;
    open();
  }
}

void TopViewer::sort(int digit) {
  if (!is_table() || digit > static_cast<int>(render::kTopColumns.size()))
    return;
  render::TopOrder &order = orders_[static_cast<std::size_t>(view_)];
  const auto by = static_cast<render::TopColumn>(digit - 1);
  if (order.by == by)
    order.up = !order.up;
  else
    order = {by, by == render::TopColumn::what};
}

void TopViewer::open() {
  const std::size_t selected = place().selected;
  if (is_table() && selected < drawn_.filters.size()) {
    const std::string filter = drawn_.filters[selected];
    apply_filter(filter);
    go(View::recent);
  } else if (view_ == View::recent && selected < model_.failures()) {
    told_ = model_.failure(selected).id();
    go(View::connection);
    place() = {};
    tell_connection();
  }
}

void TopViewer::tell_connection() {
  told_width_ = style_.width;
  connection_ = tell(model_.find(told_), style_, false);
}

} // namespace handspan::app
