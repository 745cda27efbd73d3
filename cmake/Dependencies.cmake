# Everything the project links, all from Debian packages (scripts/setup installs them).

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
find_package(Boost 1.81 REQUIRED COMPONENTS json)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)

# Debian's leveldb links libsnappy, but its package does not depend on libsnappy-dev.
find_package(Snappy REQUIRED)
find_package(leveldb REQUIRED)

# The JIT's assembler: version 1.9, with the camelCase names.
find_package(asmjit CONFIG REQUIRED)

find_package(GTest 1.12 REQUIRED)
find_package(rapidcheck REQUIRED)

# An engine to compare with, in the tests.
find_package(wabt 1.0.32 CONFIG REQUIRED)
