// Every field of a plain struct, whatever fields it has: so that a test can hold all of them to a
// rule, and one that is added later too.
#pragma once

#include "record/field_count.h"

namespace handspan::record::test {

// The language names fields only where it is told how many there are.
// clang-format off
#define HS_F1 f1
#define HS_F2 HS_F1, f2
#define HS_F3 HS_F2, f3
#define HS_F4 HS_F3, f4
#define HS_F5 HS_F4, f5
#define HS_F6 HS_F5, f6
#define HS_F7 HS_F6, f7
#define HS_F8 HS_F7, f8
#define HS_F9 HS_F8, f9
#define HS_F10 HS_F9, f10
#define HS_F11 HS_F10, f11
#define HS_F12 HS_F11, f12
#define HS_F13 HS_F12, f13
#define HS_F14 HS_F13, f14
#define HS_F15 HS_F14, f15
#define HS_F16 HS_F15, f16
#define HS_F17 HS_F16, f17
#define HS_F18 HS_F17, f18
#define HS_F19 HS_F18, f19
#define HS_F20 HS_F19, f20
#define HS_F21 HS_F20, f21
#define HS_F22 HS_F21, f22
#define HS_F23 HS_F22, f23
#define HS_F24 HS_F23, f24
#define HS_F25 HS_F24, f25
#define HS_F26 HS_F25, f26
#define HS_F27 HS_F26, f27
#define HS_F28 HS_F27, f28
#define HS_F29 HS_F28, f29
#define HS_F30 HS_F29, f30
#define HS_F31 HS_F30, f31
#define HS_F32 HS_F31, f32
#define HS_F33 HS_F32, f33
#define HS_F34 HS_F33, f34
#define HS_F35 HS_F34, f35
#define HS_F36 HS_F35, f36
#define HS_F37 HS_F36, f37
#define HS_F38 HS_F37, f38
#define HS_F39 HS_F38, f39
#define HS_F40 HS_F39, f40
#define HS_F41 HS_F40, f41
#define HS_F42 HS_F41, f42
#define HS_F43 HS_F42, f43
#define HS_F44 HS_F43, f44
#define HS_F45 HS_F44, f45
#define HS_F46 HS_F45, f46
#define HS_F47 HS_F46, f47
#define HS_F48 HS_F47, f48
#define HS_F49 HS_F48, f49
#define HS_F50 HS_F49, f50
#define HS_F51 HS_F50, f51
#define HS_F52 HS_F51, f52
#define HS_F53 HS_F52, f53
#define HS_F54 HS_F53, f54
#define HS_F55 HS_F54, f55
#define HS_F56 HS_F55, f56

#define HS_TIE(n) else if constexpr (field_count<T>() == n) { const auto &[HS_F##n] = value; each(visit, HS_F##n); }

template <class Visit, class... Fields> void each(Visit &visit, const Fields &...fields) {
  (visit(fields), ...);
}

template <class T, class Visit> void for_each_field(const T &value, Visit visit) {
  if constexpr (field_count<T>() == 1) { const auto &[HS_F1] = value; each(visit, HS_F1); }
  HS_TIE(2)
  HS_TIE(3)
  HS_TIE(4)
  HS_TIE(5)
  HS_TIE(6)
  HS_TIE(7)
  HS_TIE(8)
  HS_TIE(9)
  HS_TIE(10)
  HS_TIE(11)
  HS_TIE(12)
  HS_TIE(13)
  HS_TIE(14)
  HS_TIE(15)
  HS_TIE(16)
  HS_TIE(17)
  HS_TIE(18)
  HS_TIE(19)
  HS_TIE(20)
  HS_TIE(21)
  HS_TIE(22)
  HS_TIE(23)
  HS_TIE(24)
  HS_TIE(25)
  HS_TIE(26)
  HS_TIE(27)
  HS_TIE(28)
  HS_TIE(29)
  HS_TIE(30)
  HS_TIE(31)
  HS_TIE(32)
  HS_TIE(33)
  HS_TIE(34)
  HS_TIE(35)
  HS_TIE(36)
  HS_TIE(37)
  HS_TIE(38)
  HS_TIE(39)
  HS_TIE(40)
  HS_TIE(41)
  HS_TIE(42)
  HS_TIE(43)
  HS_TIE(44)
  HS_TIE(45)
  HS_TIE(46)
  HS_TIE(47)
  HS_TIE(48)
  HS_TIE(49)
  HS_TIE(50)
  HS_TIE(51)
  HS_TIE(52)
  HS_TIE(53)
  HS_TIE(54)
  HS_TIE(55)
  HS_TIE(56)
  else static_assert(field_count<T>() == 0, "more fields than are named here");
}

#undef HS_TIE
// clang-format on

} // namespace handspan::record::test
