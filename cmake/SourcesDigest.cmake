# Writes OUTPUT, a C++ file that defines vm::jit::sources_digest: of the C++ files in FOLDER, their names and contents.
# So what was compiled by another version of the code generator is known, without anybody having to count versions.
#
# cmake -D FOLDER=<folder> -D OUTPUT=<file> -P SourcesDigest.cmake

file(GLOB_RECURSE files RELATIVE "${FOLDER}" "${FOLDER}/*.cpp" "${FOLDER}/*.hpp" "${FOLDER}/*.def")
list(SORT files)
set(lines "")
foreach(file IN LISTS files)
  file(SHA256 "${FOLDER}/${file}" digest)
  string(APPEND lines "${digest} ${file}\n")
endforeach()
string(SHA256 digest "${lines}")
file(WRITE "${OUTPUT}" "#include \"vm/jit/sources_digest.hpp\"

namespace lockstep::vm::jit {

std::string_view sources_digest() {
    return \"${digest}\";
}

}  // namespace lockstep::vm::jit
")
