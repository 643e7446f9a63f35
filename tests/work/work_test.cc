// What a stranger sends costs work in proportion to its length: four times the bytes, no more than
// about four times the blocks. Each line is an input that would tempt a parser to do more.
#include "../unit/tls/hello_builder.h"
#include "base/quote.h"
#include "counter.h"
#include "render/utf8.h"
#include "render/wrap.h"
#include "stream/assembler.h"
#include "tls/certificate.h"
#include "tls/tracker.h"
#include "wire/decode.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace handspan {
namespace {

using namespace tls::test;
using work::work_of;

using Maker = std::function<Octets(std::size_t)>; // of about so many bytes
using Reader = std::function<void(const Octets &)>;

struct Case {
  const char *name;
  Reader read;
  Maker make;
};

constexpr std::size_t kShort = 4'000;
constexpr double kAllowed = 4.8; // for four times the bytes

Octets repeated(const Octets &piece, std::size_t size) {
  Octets out;
  while (out.size() < size)
    out.insert(out.end(), piece.begin(), piece.end());
  return out;
}

// ---- TLS ----

void feed(base::Side from, const Octets &bytes, std::size_t piece) {
  tls::TrackerLimits limits;
  limits.sessions = 1;
  limits.hello_buffers = limits.message_buffers = 2;
  limits.certificates = 4;
  static tls::Tracker tracker(limits);
  const std::uint32_t index = tracker.open();
  tls::Session &session = tracker.at(index);
  if (from == base::Side::server)
    tracker.feed(session, base::Side::client, record(22, client_hello({})), {});
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    tracker.feed(session, from, base::Bytes(bytes).subspan(at, std::min(piece, bytes.size() - at)),
                 {});
  tracker.close(index);
}
void from_client(const Octets &bytes) {
  feed(base::Side::client, bytes, 1448);
}
void from_server(const Octets &bytes) {
  feed(base::Side::server, bytes, 1448);
}
void byte_by_byte(const Octets &bytes) {
  feed(base::Side::client, bytes, 1);
}

Octets in_records(const Octets &message, std::size_t piece) {
  Octets out;
  for (std::size_t at = 0; at < message.size(); at += piece) {
    const auto first = message.begin() + static_cast<std::ptrdiff_t>(at);
    const auto n = static_cast<std::ptrdiff_t>(std::min(piece, message.size() - at));
    const Octets one = record(22, Octets(first, first + n));
    out.insert(out.end(), one.begin(), one.end());
  }
  return out;
}
Octets hello_with(const Octets &extensions) {
  ClientHelloSpec spec;
  spec.extensions = extensions;
  return in_records(client_hello(spec), 16'000);
}

// ---- certificates ----

Octets der(unsigned tag, const Octets &content) {
  return u8(tag) + hex("83") + u24(content.size()) + content;
}
Octets certificate_with(const Octets &issuer, const Octets &subject, const Octets &extensions,
                        const Octets &serial = u8(1)) {
  const Octets time = der(0x17, text("240101000000Z"));
  const Octets algorithm = der(0x30, der(6, hex("2a8648ce3d040302")));
  const Octets key = der(0x30, der(0x30, der(6, hex("2a8648ce3d0201"))) + der(3, fill(66, 0)));
  return der(0x30,
             der(0x30, der(2, serial) + algorithm + der(0x30, issuer) + der(0x30, time + time) +
                           der(0x30, subject) + key + der(0xa3, der(0x30, extensions))) +
                 algorithm + der(3, fill(70, 0)));
}
void read_certificate(const Octets &bytes) {
  static tls::CertificateReader reader;
  (void)reader.read(bytes);
}
Octets rdn(const Octets &type, const Octets &value) {
  return der(0x31, der(0x30, der(6, type) + value));
}
const Octets kCommonName = hex("550403");
const Octets kName = rdn(kCommonName, der(12, text("a")));
Octets extension_of(unsigned number, const Octets &value) {
  return der(0x30, der(6, hex("551d") + u8(number)) + der(4, value));
}

const Case kCases[] = {
    {"extensions without content", from_client,
     [](std::size_t n) { return hello_with(repeated(extension(0x1234, {}), n)); }},
    {"the same extension again and again", from_client,
     [](std::size_t n) { return hello_with(repeated(sni("a.b"), n)); }},
    {"server names of another type", from_client,
     [](std::size_t n) {
       return hello_with(extension(0, vec(2, repeated(u8(1) + vec(2, {}), n))));
     }},
    {"protocol names", from_client,
     [](std::size_t n) { return hello_with(extension(16, vec(2, repeated(vec(1, u8('x')), n)))); }},
    {"empty protocol names", from_client,
     [](std::size_t n) { return hello_with(extension(16, vec(2, fill(n, 0)))); }},
    {"cipher suites", from_client,
     [](std::size_t n) {
       ClientHelloSpec spec;
       spec.ciphers = repeated(u16(0xc02f), n);
       return in_records(client_hello(spec), 16'000);
     }},
    {"groups and signature algorithms", from_client,
     [](std::size_t n) {
       return hello_with(extension(10, vec(2, repeated(u16(29), n / 2))) +
                         extension(13, vec(2, repeated(u16(0x0403), n / 2))));
     }},
    {"a hello in records of one byte", from_client,
     [](std::size_t n) { return in_records(message(1, fill(n / 6, 3)), 1); }},
    {"a hello byte by byte", byte_by_byte,
     [](std::size_t n) { return hello_with(repeated(extension(0x1234, {}), n)); }},
    {"hellos one after the other", from_client,
     [](std::size_t n) { return repeated(record(22, client_hello({})), n); }},
    {"empty records", from_client, [](std::size_t n) { return repeated(record(22, {}), n); }},
    {"changes of keys", from_client, [](std::size_t n) { return repeated(kCcs, n); }},
    {"alerts", from_server, [](std::size_t n) { return repeated(alert(1, 90), n); }},
    {"empty messages", from_server,
     [](std::size_t n) { return in_records(repeated(message(14, {}), n), 16'000); }},
    {"certificates without content", from_server,
     [](std::size_t n) {
       return in_records(message(11, vec(3, repeated(vec(3, {}), n))), 16'000);
     }},
    {"names with many RDNs", read_certificate,
     [](std::size_t n) { return certificate_with(repeated(kName, n), kName, {}); }},
    {"names that differ at their end", read_certificate,
     [](std::size_t n) {
       const Octets same = repeated(kName, n / 2);
       return certificate_with(same + kName, same + rdn(kCommonName, der(12, text("b"))), {});
     }},
    {"an RDN with many attributes", read_certificate,
     [](std::size_t n) {
       const Octets one = der(0x30, der(6, kCommonName) + der(12, text("a")));
       return certificate_with(der(0x31, repeated(one, n)), kName, {});
     }},
    {"a long string of each kind", read_certificate,
     [](std::size_t n) {
       Octets name;
       for (const unsigned type : {12u, 20u, 28u, 30u, 4u})
         name = name + rdn(kCommonName, der(type, fill(n / 20 * 4, ' ')));
       return certificate_with(name, name, {});
     }},
    {"a long object identifier", read_certificate,
     [](std::size_t n) { return certificate_with(rdn(fill(n, 0x81), der(12, {})), kName, {}); }},
    {"a long serial number", read_certificate,
     [](std::size_t n) { return certificate_with(kName, kName, {}, fill(n, 0xff)); }},
    {"many extensions", read_certificate,
     [](std::size_t n) {
       return certificate_with(kName, kName, repeated(extension_of(99, {}), n));
     }},
    {"alternative names of no use", read_certificate,
     [](std::size_t n) {
       return certificate_with(kName, kName,
                               extension_of(17, der(0x30, repeated(hex("86026162"), n))));
     }},
    {"authority names of no use", read_certificate,
     [](std::size_t n) {
       return certificate_with(
           kName, kName, extension_of(35, der(0x30, der(0xa1, repeated(hex("86026162"), n)))));
     }},
    {"nested sequences", read_certificate,
     [](std::size_t n) { return repeated(hex("3083ffffff"), n); }},
};

class WorkOf : public testing::TestWithParam<Case> {};

TEST_P(WorkOf, GrowsWithTheLengthAlone) {
  const Case &c = GetParam();
  const Octets some = c.make(kShort), more = c.make(4 * kShort);
  c.read(some); // what is made at the first use is made
  const std::uint64_t few = work_of([&] { c.read(some); });
  const std::uint64_t many = work_of([&] { c.read(more); });
  EXPECT_GT(few, 0u);
  EXPECT_LE(static_cast<double>(many),
            kAllowed * static_cast<double>(few) *
                (static_cast<double>(more.size()) / static_cast<double>(some.size()) / 4))
      << c.name << ": " << few << " blocks for " << some.size() << " bytes, " << many << " for "
      << more.size();
  EXPECT_LE(many, 200 * more.size()) << c.name;
}

INSTANTIATE_TEST_SUITE_P(Tls, WorkOf, testing::ValuesIn(kCases),
                         [](const auto &each) { return "n" + std::to_string(each.index); });

// ---- text ----

TEST(WorkOfText, GrowsWithTheLengthAlone) {
  for (const char *piece : {"a", "\x1b", "\xff", "字", "\u202e", "word ", "字。"}) {
    const auto text_of = [&](std::size_t n) {
      std::string text;
      while (text.size() < n)
        text += piece;
      return text;
    };
    const auto work = [&](std::size_t n) {
      const std::string text = text_of(n);
      return work_of([&] {
        (void)base::printable(text);
        (void)render::wrap(text, 100, 4);
      });
    };
    EXPECT_LE(static_cast<double>(work(16'000)), kAllowed * static_cast<double>(work(4'000)))
        << piece;
  }
}

// ---- packets ----

TEST(WorkOfFrames, HeadersInHeadersAreBounded) {
  const Octets ethernet = fill(12, 2);
  const auto work = [&](const Octets &header, std::size_t n) {
    const Octets bytes = ethernet + repeated(header, n) + fill(64, 0);
    wire::Frame frame;
    frame.data = bytes.data();
    frame.captured = frame.length = static_cast<std::uint32_t>(bytes.size());
    wire::PacketView view;
    return work_of([&] { wire::decode(frame, view); });
  };
  for (const char *header : {"81000001", "88a80001", "884700001000", "86dd"})
    EXPECT_LE(work(hex(header), 16'000), work(hex(header), 1'000) + 16'000) << header;
}

// A queue's bound keeps what waits few, and with it the search for a place.
TEST(WorkOfSegments, InReverseOrderIsBoundedByTheQueue) {
  struct Out {
    bool ready(const stream::Origin &) { return true; }
    void full(stream::Bound) {}
    void bytes(base::Bytes, const stream::Origin &) {}
    void cut(std::uint32_t, const stream::Origin &) {}
    void missing(std::uint32_t, const stream::Origin &) {}
  };
  const auto work = [](std::uint32_t segments) {
    stream::Assembler assembler(256, 64);
    stream::Queue queue;
    queue.start(0);
    const std::uint8_t byte = 0;
    return work_of([&] {
      for (std::uint32_t i = segments; i > 0; --i)
        assembler.push(queue, 2 * i, {&byte, 1}, 1, stream::Origin{}, Out{});
      assembler.discard(queue);
    });
  };
  EXPECT_LE(static_cast<double>(work(4'000)), kAllowed * static_cast<double>(work(1'000)));
}

} // namespace
} // namespace handspan
