// Indicator lists, compiled patterns kept on disk, and what a check warns of.
#include "help.h"
#include "rules/cache.h"

#include <sys/stat.h>

namespace handspan::rules {
namespace {

using namespace test;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string load_with(const Folder &folder, const std::string &field, const std::string &list,
                      std::unique_ptr<RuleSet> &set) {
  folder.write("list.txt", list);
  const std::string path =
      folder.write("r.toml", rule(5, "all = [ { field = '" + field + "', list = 'list.txt' } ]"));
  Findings findings;
  set = RuleSet::load(path, findings);
  return findings.first();
}

TEST(Lists, TakeCommentsBlankLinesCrLfAndAByteOrderMark) {
  const Folder folder;
  std::unique_ptr<RuleSet> set;
  EXPECT_EQ(
      load_with(folder, "sni",
                "\xef\xbb\xbf# bad names\r\n\r\nevil.example # of last week\r\n*.worse.example\r\n",
                set),
      "");
  ASSERT_TRUE(set);
  EXPECT_THAT(hits(*set, with(Field::sni, "evil.example")), ElementsAre(5));
  EXPECT_THAT(hits(*set, with(Field::sni, "a.worse.example")), ElementsAre(5));
  EXPECT_THAT(hits(*set, with(Field::sni, "worse.example")), IsEmpty());
}

TEST(Lists, OfDigestsFingerprintsAndNetworks) {
  const Folder folder;
  std::unique_ptr<RuleSet> set;
  EXPECT_EQ(load_with(folder, "certificate.sha256", std::string(64, 'A') + "\n", set), "");
  EXPECT_THAT(hits(*set, with(Field::sha256, std::string(64, 'a'))), ElementsAre(5));
  EXPECT_EQ(load_with(folder, "ja4", "t13d1516h2_8daaf6152771_e5627efa2ab1\n", set), "");
  EXPECT_THAT(hits(*set, with(Field::ja4, "t13d1516h2_8daaf6152771_e5627efa2ab1")), ElementsAre(5));
  EXPECT_EQ(load_with(folder, "ja3", std::string(32, 'b') + "\n", set), "");
  EXPECT_THAT(hits(*set, with(Field::ja3, std::string(32, 'b'))), ElementsAre(5));
  EXPECT_EQ(load_with(folder, "client", "::/0\n10.0.0.0/8\n", set), "");
  EXPECT_THAT(hits(*set, Facts{}), ElementsAre(5));
}

TEST(Lists, EachFaultNamesListLineAndRule) {
  const Folder folder;
  std::unique_ptr<RuleSet> set;
  const auto fault = [&](const std::string &field, const std::string &list) {
    const std::string what = load_with(folder, field, list, set);
    EXPECT_FALSE(set);
    return what;
  };
  EXPECT_THAT(fault("sni", "good.example\nhttp://bad/\n"),
              AllOf(HasSubstr("list.txt:2: rule 5 \"r5\": sni: \"http://bad/\""),
                    HasSubstr("no host name")));
  EXPECT_THAT(fault("sni", "0.0.0.0 ads.example\n"), HasSubstr("must be one name alone"));
  EXPECT_THAT(fault("sni", "\xff\xfe\n"), AllOf(HasSubstr("list.txt:1: "), HasSubstr("xn--")));
  EXPECT_THAT(fault("client", "10.0.0.1/8\n"), HasSubstr("list.txt:1: "));
  EXPECT_THAT(fault("ja3", "abc\n"), HasSubstr("32 hexadecimal digits"));
  EXPECT_THAT(fault("ja3", "-0123456789abcdef0123456789abcde\n"),
              HasSubstr("32 hexadecimal digits"));
  EXPECT_THAT(fault("certificate.serial", "-\n"), HasSubstr("hexadecimal digits"));
  EXPECT_THAT(fault("sni", "# nothing\n"), HasSubstr("the list has no entry"));
  std::filesystem::remove(folder / "list.txt");
  std::filesystem::create_symlink("nowhere.txt", folder / "list.txt");
  Findings findings;
  EXPECT_FALSE(RuleSet::load(folder / "r.toml", findings));
  EXPECT_THAT(findings.first(),
              AllOf(HasSubstr("list.txt: rule 5"), HasSubstr("symbolic link to nowhere.txt")));
}

TEST(Lists, AMillionLines) {
  const Folder folder;
  std::string list;
  for (int i = 0; i < 1'000'000; ++i)
    list += "host" + std::to_string(i) + ".example" + (i % 2 == 0 ? "\r\n" : " # made\n");
  std::unique_ptr<RuleSet> set;
  EXPECT_EQ(load_with(folder, "sni", list, set), "");
  ASSERT_TRUE(set);
  EXPECT_THAT(hits(*set, with(Field::sni, "host999999.example")), ElementsAre(5));
  EXPECT_THAT(hits(*set, with(Field::sni, "host1000000.example")), IsEmpty());
}

TEST(Cache, KeepsWhatWasCompiledAndTrustsNobodyElse) {
  const Folder folder;
  std::string why;
  Patterns patterns;
  patterns.add("^example$", flags_for(Field::sni, true), 3);
  {
    const auto cache = Cache::open(folder / "cache", why);
    ASSERT_TRUE(cache) << why;
    EXPECT_FALSE(cache->find(patterns));
    PatternFault fault;
    ASSERT_TRUE(compile(patterns, cache.get(), fault)) << fault.what;
    EXPECT_TRUE(cache->find(patterns));
    Patterns others = patterns;
    others.ids[0] = 4;
    EXPECT_FALSE(cache->find(others));
    const std::filesystem::path file =
        std::filesystem::directory_iterator(folder / "cache")->path();
    chmod(file.c_str(), 0666);
    EXPECT_FALSE(cache->find(patterns)) << "others may write it";
    chmod(file.c_str(), 0600);
    EXPECT_TRUE(cache->find(patterns));
    std::ifstream stream(file, std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(stream), {});
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{8}, std::size_t{40}, std::size_t{47}, whole.size() - 1}) {
      std::string damaged = whole; // magic number, key, digest and length, the bytes themselves
      damaged[at] ^= 0x10;
      std::ofstream(file, std::ios::binary) << damaged;
      EXPECT_FALSE(cache->find(patterns)) << "byte " << at;
    }
    std::ofstream(file, std::ios::binary) << whole;
    EXPECT_TRUE(cache->find(patterns));
    for (const std::size_t left : {whole.size() - 1, std::size_t{47}, std::size_t{0}}) {
      std::filesystem::resize_file(file, left);
      EXPECT_FALSE(cache->find(patterns)) << "cut to " << left;
    }
    std::filesystem::remove(file);
    std::filesystem::create_symlink("/etc/passwd", file);
    EXPECT_FALSE(cache->find(patterns)) << "a link";
  }
  chmod((folder / "cache").c_str(), 0777);
  EXPECT_FALSE(Cache::open(folder / "cache", why));
  EXPECT_THAT(why, HasSubstr("chmod 700"));
  std::filesystem::create_directory_symlink("/tmp", folder / "link");
  EXPECT_FALSE(Cache::open(folder / "link", why));
}

TEST(Cache, WhereNothingCanBeKeptPatternsAreCompiledAllTheSame) {
  const Folder folder;
  std::string why;
  EXPECT_FALSE(Cache::open(folder / "no/cache", why));
  EXPECT_EQ(why, "can't make " + (folder / "no/cache") + ": No such file or directory");
  const auto cache = Cache::open(folder / "cache", why);
  ASSERT_TRUE(cache) << why;
  std::filesystem::remove(folder / "cache"); // no file can be made in it any more
  Patterns patterns;
  patterns.add("^example$", flags_for(Field::sni, true), 3);
  PatternFault fault;
  EXPECT_TRUE(compile(patterns, cache.get(), fault)) << fault.what;
  EXPECT_FALSE(cache->find(patterns));
}

TEST(Cache, OfManyTheOldestGo) {
  const Folder folder;
  std::string why;
  const auto cache = Cache::open(folder / "cache", why);
  ASSERT_TRUE(cache) << why;
  for (std::uint32_t i = 0; i < 70; ++i) {
    Patterns patterns;
    patterns.add("a", flags_for(Field::sni, true), i);
    PatternFault fault;
    ASSERT_TRUE(compile(patterns, cache.get(), fault));
  }
  const std::filesystem::directory_iterator begin(folder / "cache"), end;
  EXPECT_EQ(std::distance(begin, end), 64);
}

TEST(Cache, ASetIsTheSameWithIt) {
  const Folder folder;
  const std::string toml = rule(1, "all=[{field='sni', regex='^a+b'}]");
  for (int turn = 0; turn < 2; ++turn) {
    Findings findings;
    const auto set = RuleSet::parse(toml, "r.toml", findings, {.cache = folder / "cache"});
    ASSERT_TRUE(set) << findings.first();
    EXPECT_THAT(hits(*set, with(Field::sni, "aab.example")), ElementsAre(1));
  }
}

std::vector<std::string> advice(const std::string &toml) {
  Findings findings;
  EXPECT_TRUE(RuleSet::parse(toml, "r.toml", findings, {.advise = true})) << findings.first();
  std::vector<std::string> all;
  for (const Finding &finding : findings.all())
    all.push_back(finding.text());
  return all;
}

TEST(Advice, NamesWhatIsMostLikelyNotMeant) {
  const auto one = [](const std::string &condition) {
    return rule(1, "all = [ " + condition + " ]");
  };
  const std::string other = rule(2, "all = [ { field = 'sni', domain = 'www.example.com' } ]");
  const std::pair<std::string, const char *> cases[] = {
      {one("{ field = 'sni', regex = '.' }"), "sni: regex \".\" matches whatever stands there"},
      {one("{ field = 'sni', regex = '.*evil.*' }"), "needs no .* at its end"},
      {one("{ field = 'version', equals = 'TLS1.2' }"), "no version has that name"},
      {one("{ field = 'cipher', equals = 'AES128' }"), "no cipher has that name"},
      {one("{ field = 'client', cidr = '0.0.0.0/0' }"), "every address of its family"},
      {one("{ field = 'sni', regex = 'a[b-d]{300}' }"),
       "can never match: the field has at most 255"},
      {one("{ field = 'sni', regex = '^.*evil' }"), "needs no .* at its end"},
      {one("{ field = 'sni', regex = 'evil.*' }"), "needs no .* at its end"},
      {one("{ field = 'sni', regex = 'evil.*$' }"), "needs no .* at its end"},
      {one("{ field = 'alpn', regex = '[a-z]{97}' }"), "at most 96"},
      {one("{ field = 'ja3', regex = '[0-9a-f]{33}' }"), "at most 32"},
      {one("{ field = 'ja4', regex = '[0-9a-f]{37}' }"), "at most 36"},
      {one("{ field = 'certificate.sha256', regex = '[0-9a-f]{65}' }"), "at most 64"},
      {one("{ field = 'version', regex = 'T[A-Z]{16}' }"), "at most 16"},
      {one("{ field = 'http.method', regex = 'G[A-Z]{16}' }"), "at most 16"},
      {one("{ field = 'http.status', regex = '[0-9]{4}' }"), "at most 3"},
      {one("{ field = 'http.host', regex = 'a[a-z]{64}' }"), "at most 64"},
      {one("{ field = 'group', equals = 'x25518' }"), "no group has that name"},
      {one("{ field = 'sni', equals = 'a' }, { field = 'sni', equals = 'b' }"),
       "can never be both"},
      {one("{ version_below = 'SSLv2' }"), "can never be"},
      {one("{ field = 'sni', equals = ['a', 'a'] }"), "is there twice"},
      {one("{ port = 1 }") + rule(2, "all = [ { port = 1 } ]"),
       "r.toml:5: warning: rule 2 \"r2\": looks for the same as rule 1 \"r1\" (line 1)"},
      {rule(1, "actions = 'ignore'\nall = [ { field = 'sni', domain = '*.example.com' } ]") + other,
       "is never seen in a record: rule 1 \"r1\""},
      {rule(1, "actions = ['ignore', 'story']\nall = [ { port = 1 } ]"), "has no story"},
  };
  for (const auto &[toml, word] : cases) {
    const auto said = advice(toml);
    EXPECT_THAT(said, testing::Contains(HasSubstr(word))) << toml;
    for (const std::string &line : said)
      EXPECT_THAT(line, HasSubstr("warning: "));
  }
  EXPECT_THAT(
      advice(rule(1, "actions = 'ignore'\nall = [ { field = 'sni', domain = '*.example.org' } ]") +
             other),
      IsEmpty());
}

// By a clock that runs with the work: the thread's own.
base::Nanos thread_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * base::kSecond + now.tv_nsec;
}

TEST(Advice, MeasuresWhichPatternsAreSlow) {
#ifdef HANDSPAN_UNOPTIMIZED
  GTEST_SKIP() << "what is called around each pattern takes longer than the pattern";
#endif
  const auto slow = [](const std::string &pattern) {
    Findings findings;
    const auto set =
        RuleSet::parse(rule(1, "all = [ { field = 'sni', regex = '" + pattern + "' } ]"), "r.toml",
                       findings, {.advise = true, .stopwatch = thread_time});
    EXPECT_TRUE(set);
    return std::any_of(findings.all().begin(), findings.all().end(), [](const Finding &finding) {
      return finding.text().find("times as long as a plain word") != std::string::npos;
    });
  };
  EXPECT_TRUE(slow("([a-z].{1,3}){20}[0-9]{8}"));
  EXPECT_TRUE(slow("(a.{0,20}){10}[0-9]{3}$"));
  EXPECT_FALSE(slow("^evil[0-9]+\\."));
  EXPECT_FALSE(slow("(a+)+$")) << "what a backtracking engine chokes on";
  EXPECT_FALSE(slow("^[0-9]{1,3}(\\.[0-9]{1,3}){3}$"));
}

// What one rule ignores another one never shows in a record.
TEST(Advice, TellsWhatARuleHides) {
  const auto hidden = [](const std::string &wide, const std::string &narrow) {
    const auto said = advice(rule(1, "actions = 'ignore'\nall = [ " + wide + " ]") +
                             rule(2, "all = [ " + narrow + " ]"));
    return std::any_of(said.begin(), said.end(), [](const std::string &line) {
      return line.find("is never seen in a record") != std::string::npos;
    });
  };
  const auto domain = [](const std::string &names) {
    return "{ field = 'sni', domain = " + names + " }";
  };
  const std::string equal = "{ field = 'sni', equals = 'a.example.com' }";
  EXPECT_TRUE(hidden(domain("'*.example.com'"), equal));
  EXPECT_TRUE(hidden(domain("'.example.com'"), domain("'example.com'")));
  EXPECT_TRUE(hidden(domain("'.example.com'"), domain("'*.example.com'")));
  EXPECT_TRUE(hidden(domain("'.example.com'"), domain("'.a.example.com'")));
  EXPECT_FALSE(hidden(domain("'*.example.com'"), domain("'.example.com'")))
      << "not the name itself";
  EXPECT_FALSE(hidden(domain("'*.example.com'"), domain("'example.com'")));
  EXPECT_FALSE(hidden(domain("'example.com'"), domain("'*.example.com'")));
  EXPECT_FALSE(hidden(domain("'.example.com'"), domain("['example.com', 'example.org']")));
  EXPECT_TRUE(hidden(equal, equal + ", { port = 443 }"));
  EXPECT_FALSE(hidden(equal + ", { port = 443 }", equal)) << "another port";
  EXPECT_FALSE(hidden("{ field = 'alpn', equals = 'h2' }", "{ field = 'sni', equals = 'h2' }"));
  EXPECT_FALSE(hidden("{ field = 'sni', equals = 'A.example.com', caseless = false }", equal));
  EXPECT_TRUE(hidden("{ port = 443 }", "{ port = 443 }, { tls = true }"));
  EXPECT_FALSE(hidden("{ port = 443 }", "{ tls = true }"));
  const auto said = advice(rule(1, "actions = 'ignore'\nall = [ { port = 1 } ]\n"
                                   "threshold = { count = 2, within = '1s', by = 'client' }") +
                           rule(2, "all = [ { port = 1 }, { tls = true } ]") +
                           rule(3, "actions = 'ignore'\nany = [ { port = 2 } ]") +
                           rule(4, "all = [ { port = 2 }, { tls = true } ]") +
                           rule(5, "actions = 'ignore'\nall = [ { port = 3 } ]") +
                           rule(6, "all = [ { tls = true } ]\nnone = [ { port = 3 } ]"));
  EXPECT_THAT(said, IsEmpty()) << "not all of them, or not what is asked for";
}

TEST(Advice, TwoListsOfOneFieldMayHaveSomethingInCommon) {
  EXPECT_THAT(advice(rule(1, "all = [ { field = 'sni', equals = ['a', 'b'] }, "
                             "{ field = 'sni', equals = ['b', 'c'] } ]")),
              IsEmpty());
  EXPECT_THAT(advice(rule(1, "all = [ { field = 'alpn', equals = 'h2' }, "
                             "{ field = 'alpn', equals = 'h3' } ]")),
              IsEmpty())
      << "a field of several values";
  EXPECT_THAT(advice(rule(1, "all = [ { field = 'cipher', equals = ['0x1301', "
                             "'TLS_AES_256_GCM_SHA384'] } ]")),
              IsEmpty());
}

TEST(Advice, TellsWhatAListHasTwice) {
  const Folder folder;
  folder.write("list.txt", "a.example\nb.example\nA.example\n");
  const std::string path =
      folder.write("r.toml", rule(5, "all = [ { field = 'sni', list = 'list.txt' } ]"));
  Findings findings;
  ASSERT_TRUE(RuleSet::load(path, findings, {.advise = true}));
  ASSERT_EQ(findings.all().size(), 1u);
  EXPECT_THAT(findings.all()[0].text(),
              AllOf(HasSubstr("1 entry more than once"), HasSubstr("lines 1 and 3")));
}

} // namespace
} // namespace handspan::rules
