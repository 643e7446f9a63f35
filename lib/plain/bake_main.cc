// Writes baked.h's table as source text: bake OUTPUT. Exit status 1 if a row is in error.
#include "plain/group.h"
#include "plain/rows.h"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

namespace handspan::plain {
namespace {

struct Free {
  void operator()(char *memory) const { std::free(memory); }
};

bool has_rows(std::size_t group) {
  for (std::size_t row = 0; row < kRowCount; ++row)
    if (is_in_group(group, row))
      return true;
  return false;
}

// The group's bytes as an array; false if they can't be had.
bool write_group(std::FILE *out, std::size_t group) {
  const hs_platform_info_t any{}; // no feature beyond what Hyperscan needs
  const Database database = compile_group(group, &any);
  char *bytes = nullptr;
  std::size_t length = 0;
  if (!database || hs_serialize_database(database.get(), &bytes, &length) != HS_SUCCESS)
    return false;
  const std::unique_ptr<char, Free> owner(bytes);
  (void)std::fprintf(out, "const unsigned char kGroup%zu[] = {", group);
  for (std::size_t i = 0; i < length; ++i)
    (void)std::fprintf(out, "%s%u,", i % 24 == 0 ? "\n" : "", static_cast<unsigned char>(bytes[i]));
  (void)std::fprintf(out, "\n};\n");
  return true;
}

bool write_all(std::FILE *out) {
  (void)std::fprintf(out,
                     "#include \"plain/baked.h\"\n\nnamespace handspan::plain {\nnamespace {\n");
  std::string table;
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (!has_rows(group)) {
      table += "Bytes{},\n";
      continue;
    }
    if (!write_group(out, group))
      return false;
    table += "Bytes{kGroup" + std::to_string(group) + "},\n";
  }
  (void)std::fprintf(out,
                     "} // namespace\n\nconst std::array<Bytes, kGroups> kBaked = {{\n%s}};\n\n"
                     "} // namespace handspan::plain\n",
                     table.c_str());
  return std::fflush(out) == 0;
}

} // namespace
} // namespace handspan::plain

int main(int argc, char **argv) {
  std::FILE *out = argc == 2 ? std::fopen(argv[1], "w") : nullptr;
  if (out == nullptr || !handspan::plain::write_all(out)) {
    (void)std::fprintf(
        stderr, "bake: a row of protocols.def is in error, or the output can't be written\n");
    return 1;
  }
  return std::fclose(out) == 0 ? 0 : 1;
}
