// One table of who has most: its lines, one by one, for a page and for a screen.
#pragma once

#include "render/style.h"
#include "summary/top.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace handspan::render {

// What rows are ordered by: the columns, from the left.
enum class TopColumn : std::uint8_t { connections, failed, share, syn, hello, last, what };
inline constexpr std::array<std::string_view, 7> kTopColumns = {
    "connections", "failed", "share", "syn_to_syn_ack", "client_hello_to_server_hello",
    "last",        "what"};

struct TopOrder {
  TopColumn by = TopColumn::connections;
  bool up = false; // the smallest first
};

struct TopTableRow {
  std::string text;
  std::string filter; // that its connections pass
};
struct TopTableText {
  std::string head;
  std::vector<TopTableRow> rows;
  std::string bound; // by how much a row may be wrong; empty: by nothing
};

// `most`: rows; 0: all.
TopTableText top_table(const summary::Ranking &ranking, summary::Subject subject,
                       const TopOrder &order, std::size_t most, const Style &style);

} // namespace handspan::render
