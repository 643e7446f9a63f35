#include "render/objections.h"

#include "render/phrases.h"

#include <iterator>

namespace handspan::render {

std::string_view text(summary::Objection objection, Language language) {
  static constexpr Phrase kWords[] = {
      Phrase::objection_none,          Phrase::objection_old_version,
      Phrase::objection_other_version, Phrase::objection_no_encryption,
      Phrase::objection_export_grade,  Phrase::objection_anonymous,
      Phrase::objection_weak_cipher,   Phrase::objection_weak_digest,
      Phrase::objection_no_secrecy,    Phrase::objection_other_algorithm,
      Phrase::objection_not_pq,        Phrase::objection_short_key};
  static_assert(std::size(kWords) == static_cast<std::size_t>(summary::Objection::short_key) + 1);
  return phrase(kWords[static_cast<std::size_t>(objection)], language);
}

} // namespace handspan::render
