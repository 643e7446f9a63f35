// Records, one after the other, in the form that was asked for.
#pragma once

#include "fact_buffer.h"
#include "output.h"
#include "record/record.h"
#include "render/csv.h"
#include "render/json.h"
#include "render/style.h"
#include "zeek_files.h"

#include <array>
#include <cstdint>
#include <vector>

namespace handspan::app {

class Printer {
public:
  enum class Form : std::uint8_t { lines, blocks, json, csv, eve, zeek };

  // With `facts`, which must outlive the printer, blocks show the ladder of messages too.
  Printer(Form form, const render::Style &style, Output &output, FactBuffer *facts = nullptr,
          std::vector<const render::FieldInfo *> columns = {}, ZeekFiles *zeek = nullptr)
      : form_(form), style_(style), output_(output), facts_(facts), json_(style.language),
        csv_(std::move(columns), style.language), zeek_(zeek) {}

  // The headings of lines and of CSV; they come by themselves with the first record.
  void head(bool numbered = false);
  // A record, and its number in a file (0: it has none).
  void operator()(const record::Record &record, std::uint64_t number = 0);
  // How many connections there were, by outcome; with blocks alone.
  void total();

private:
  Form form_;
  render::Style style_;
  Output &output_;
  FactBuffer *facts_;
  render::JsonRecords json_;
  render::CsvRecords csv_;
  ZeekFiles *zeek_; // of the form that is Zeek's
  bool headed_ = false;
  std::array<std::uint64_t, record::kOutcomes> outcomes_{};
};

} // namespace handspan::app
