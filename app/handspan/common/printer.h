// Records, one after the other, in the form that was asked for.
#pragma once

#include "fact_buffer.h"
#include "output.h"
#include "record/record.h"
#include "render/json.h"
#include "render/style.h"

#include <array>
#include <cstdint>

namespace handspan::app {

class Printer {
public:
  enum class Form : std::uint8_t { lines, blocks, json };

  // With `facts`, which must outlive the printer, blocks show the ladder of messages too.
  Printer(Form form, const render::Style &style, Output &output, FactBuffer *facts = nullptr)
      : form_(form), style_(style), output_(output), facts_(facts), json_(style.language) {}

  // The headings of the lines.
  void head();
  void operator()(const record::Record &record);
  // How many connections there were, by outcome; with blocks alone.
  void total();

private:
  Form form_;
  render::Style style_;
  Output &output_;
  FactBuffer *facts_;
  render::JsonRecords json_;
  std::uint64_t printed_ = 0;
  std::array<std::uint64_t, record::kOutcomes> outcomes_{};
};

} // namespace handspan::app
