// clickhouse-schema base|modern: prints a file of conf/clickhouse.
#include "sinks/clickhouse/schema.h"

#include <cstdio>
#include <string_view>

int main(int argc, char **argv) {
  using namespace handspan::exporter::clickhouse;
  const std::string_view which = argc == 2 ? argv[1] : "";
  if (which != "base" && which != "modern") {
    (void)std::fputs("usage: clickhouse-schema base|modern\n", stderr);
    return 2;
  }
  const std::string text = schema(which == "base" ? Flavour::base : Flavour::modern);
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() ? 0 : 1;
}
