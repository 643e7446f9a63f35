// Records and numbers as CSV.
#include "records.h"
#include "render/csv.h"

#include <gtest/gtest.h>

namespace handspan::render {
namespace {

using namespace test;

CsvRecords columns(std::initializer_list<std::string_view> paths) {
  std::vector<const FieldInfo *> fields;
  for (const std::string_view path : paths)
    fields.push_back(find_field(path));
  return {fields, Language::en};
}

TEST(Csv, AColumnForEachField) {
  const CsvRecords csv = columns({"timestamp", "tls.sni", "outcome", "tls.alpn", "packets.client"});
  EXPECT_EQ(csv.head(), "timestamp,tls.sni,outcome,tls.alpn,packets.client");
  EXPECT_EQ(csv.line(refused_certificate()),
            "2026-11-22T14:44:05.617013000Z,jack-gm.com,failed,,7");
}

TEST(Csv, SeveralValuesOfAFieldStandInOneCell) {
  EXPECT_EQ(columns({"tls.messages.from"}).line(refused_certificate()),
            "client;server;server;server");
  EXPECT_EQ(columns({"tls.messages.from"}).line(blank()), "");
}

TEST(Csv, CellsAreQuotedWhereTheyMustBe) {
  EXPECT_EQ(csv_cell("plain"), "plain");
  EXPECT_EQ(csv_cell(""), "");
  EXPECT_EQ(csv_cell("a,b"), "\"a,b\"");
  EXPECT_EQ(csv_cell("say \"a\""), "\"say \"\"a\"\"\"");
}

TEST(Csv, NoCellIsAFormulaNorALine) {
  for (const char *formula : {"=1+1", "+1", "@SUM(A1)"})
    EXPECT_EQ(csv_cell(formula), "'" + std::string(formula));
  EXPECT_EQ(csv_cell("a\nb").find('\n'), std::string::npos);
}

} // namespace
} // namespace handspan::render
