// handspan fields: what a filter may ask for, and what --sort and --fields may name.
#include "render/fields.h"
#include "handspan/common/commands.h"
#include "handspan/common/exit_codes.h"
#include "handspan/common/look.h"
#include "handspan/common/output.h"
#include "render/answers.h"
#include "render/field_list.h"
#include "render/schema.h"

#include <memory>
#include <string>

namespace handspan::app {
namespace {

struct FieldsOptions {
  std::string word;
  bool json = false, schema = false;
  LookOptions look;
};

int run(const FieldsOptions &options) {
  Output output;
  if (options.schema) {
    output.write(render::record_schema());
    return output.finish(kOk);
  }
  const render::Style style = style_for(options.look);
  const auto found = render::fields_with(options.word, style.language);
  if (options.json)
    output.write(render::field_list_json(found, style.language));
  else if (found.empty())
    complain("no field has " + options.word +
             " in its name or its meaning: handspan fields lists them all");
  else
    output.write(render::field_list(found, style) + "\n" +
                 render::next_step("handspan read --filter 'tls.version < \"TLSv1.2\"' FILE",
                                   render::Phrase::next_filter, style));
  return output.finish(found.empty() ? kFault : kOk);
}

} // namespace

void add_fields(Command app, Action &chosen) {
  auto options = std::make_shared<FieldsOptions>();
  Command fields = app.verb("fields", "what a filter may ask for: every field of a record");
  fields.option("WORD", options->word, "only those with this in their name or their meaning");
  Command form = fields.group("Which form");
  form.flag("--json", options->json, "one JSON object a line");
  form.flag("--schema", options->schema, "the JSON Schema of a record's JSON");
  add_look_options(fields, options->look);
  fields.examples({"fields", "fields certificate"});
  fields.when_chosen([options, &chosen] { chosen = [options] { return run(*options); }; });
}

} // namespace handspan::app
