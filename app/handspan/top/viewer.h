// handspan top on a terminal: what is shown, and what keys do.
#pragma once

#include "keys.h"
#include "model.h"
#include "render/top.h"
#include "screen.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace handspan::app {

class TopViewer {
public:
  TopViewer(TopModel &model, Screen &screen, const render::Style &style,
            const render::TopView &first);
  // Until the user has enough.
  void run();

private:
  enum class View : std::uint8_t {
    names, // as summary::Subject
    servers,
    networks,
    causes,
    ja4,
    latencies,
    recent,
    connection,
    help,
  };
  static constexpr std::size_t kViews = 9;

  // What stands between the head and the keys.
  struct Body {
    std::string head;
    std::vector<std::string> rows;
    std::vector<std::string> filters; // of tables, by row
    std::string remark;
  };
  struct Place {
    std::size_t selected = 0; // of lists: the row
    std::size_t top = 0;      // the first row that is seen
  };

  static unsigned kind_of(View view);
  [[nodiscard]] bool is_table() const { return kind_of(view_) == kTable; }
  [[nodiscard]] bool is_text() const { return kind_of(view_) == kText; }
  Place &place() { return places_[static_cast<std::size_t>(view_)]; }

  void refresh();
  void draw();
  [[nodiscard]] std::vector<std::string> head() const;
  [[nodiscard]] Body body();
  void table(Body &body) const;
  [[nodiscard]] std::size_t count(const Body &body) const;
  std::string row(const Body &body, std::size_t place);
  std::size_t draw_body(const Body &body, std::size_t from, std::size_t until);
  void draw_bottom(const std::vector<std::string> &keys);

  // False: the user has enough.
  bool obey(int key);
  void edit(int key);
  void go(View view);
  void back();
  void move(TopCommand command);
  void step(TopCommand command); // from failure to failure
  void sort(int digit);
  void open();
  void tell_connection();
  void apply_filter(const std::string &text);

  TopModel &model_;
  Screen &screen_;
  render::Style style_; // as wide as the terminal
  summary::Ranking::Span span_;
  std::array<render::TopOrder, summary::kSubjects> orders_{};
  View view_ = View::names, before_ = View::names;
  std::array<Place, kViews> places_{};
  std::size_t shown_ = 1;            // rows of the body that the last drawing had room for
  Body drawn_;                       // the last body
  std::vector<std::string> message_; // above the keys, until the next key
  std::string typed_;                // of a filter, while it is typed
  bool typing_ = false, paused_ = false;
  record::FlowId told_;    // the connection that is told
  std::string connection_; // as it is told
  std::size_t told_width_ = 0;
};

} // namespace handspan::app
