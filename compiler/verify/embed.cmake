# cmake -DFILE=drive.h -DOUTPUT=drive_text.cpp -P embed.cmake: the file as a text in the compiler (main_text.h).
file(READ ${FILE} text)
file(WRITE ${OUTPUT} "#include \"compiler/verify/main_text.h\"

namespace nnc::verify {

std::string_view drive_text() {
  return R\"drive(${text})drive\";
}

}  // namespace nnc::verify
")
