#include "printer.h"

#include "formats/eve.h"
#include "render/connection.h"
#include "render/conversation.h"
#include "render/ladder.h"
#include "render/log_line.h"

namespace handspan::app {

namespace {
constexpr std::size_t kIndent = 4; // of a block's lines
}

void Printer::head(bool numbered) {
  if (headed_)
    return;
  headed_ = true;
  if (form_ == Form::lines)
    output_.write(render::log_head(numbered, style_));
  if (form_ == Form::csv)
    output_.line(csv_.head());
}

void Printer::operator()(const record::Record &record, std::uint64_t number) {
  head(number > 0);
  if (record.kind == record::Kind::connection)
    ++outcomes_[static_cast<std::size_t>(record.outcome)];
  if (form_ == Form::json)
    return output_.line(json_.line(record));
  if (form_ == Form::csv)
    return output_.line(csv_.line(record));
  if (form_ == Form::eve)
    return output_.write(formats::eve_lines(record));
  if (form_ == Form::zeek)
    return zeek_->add(record);
  if (form_ == Form::lines)
    return output_.write(render::log_line(record, number, style_));
  std::string block = render::connection_block(record, number, style_);
  if (facts_ != nullptr && number > 0) {
    const FactBuffer::Story story = facts_->take(record.flow_id);
    block +=
        render::ladder(record, render::follow(record, story.facts, story.parts), style_, kIndent);
  }
  output_.line(block);
}

void Printer::total() {
  if (form_ == Form::blocks)
    output_.write(render::total_line(outcomes_, style_));
}

} // namespace handspan::app
