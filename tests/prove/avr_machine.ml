(* SPDX-License-Identifier: ISC *)
(* The AVR as avr-gcc sees it: int and pointers of 16 bits, nothing aligned. *)
open Cil_types

let avr : mach = {
  version = "avr-gcc"; compiler = "gcc";
  sizeof_short = 2; sizeof_int = 2; sizeof_long = 4; sizeof_longlong = 8; sizeof_ptr = 2;
  sizeof_float = 4; sizeof_double = 4; sizeof_longdouble = 4; sizeof_void = 1; sizeof_fun = 1;
  size_t = "unsigned int"; wchar_t = "int"; ptrdiff_t = "int";
  alignof_short = 1; alignof_int = 1; alignof_long = 1; alignof_longlong = 1; alignof_ptr = 1;
  alignof_float = 1; alignof_double = 1; alignof_longdouble = 1; alignof_str = 1; alignof_fun = 1;
  alignof_aligned = 1;
  char_is_unsigned = false; little_endian = true; underscore_name = false;
  const_string_literals = true; has__builtin_va_list = true; cpp_arch_flags = [];
}

let () = File.new_machdep "avr" avr
