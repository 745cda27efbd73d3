// What of the way to a contract needs no chain: addresses of nodes, calldata, artifacts.

#include <string>

#include <gtest/gtest.h>

#include "base/hex.hpp"
#include "dispute/chain_client_http.hpp"
#include "dispute/evm_abi.hpp"
#include "dispute/evm_artifact.hpp"

namespace lockstep::dispute {
namespace {

std::string describe(std::string_view url) {
    const auto endpoint = parse_endpoint(url);
    return endpoint ? endpoint->host + "|" + endpoint->port + "|" + endpoint->path : "none";
}

TEST(ParseEndpoint, AcceptsHostPortAndPath) {
    EXPECT_EQ(describe("http://localhost"), "localhost|80|/");
    EXPECT_EQ(describe("http://127.0.0.1:8545"), "127.0.0.1|8545|/");
    EXPECT_EQ(describe("http://node.example:1/rpc/v1?key=a"), "node.example|1|/rpc/v1?key=a");
    EXPECT_EQ(describe("http://[::1]:8545/x"), "::1|8545|/x");
    EXPECT_EQ(describe("http://[::1]"), "::1|80|/");
}

TEST(ParseEndpoint, RefusesWhatIsNoHttpAddress) {
    for (const char* url : {"",
                            "http:",
                            "http://",
                            "http:///x",
                            "http://:1",
                            "https://a",
                            "ftp://a",
                            "a:1",
                            "//a",
                            "http://a:",
                            "http://a:x",
                            "http://a:-1",
                            "http://a:65536",
                            "http://a:123456",
                            "http://user@a",
                            "http://a#b",
                            "http://[::1",
                            "http://[::1]x",
                            "http://[]:1",
                            "http://a b",
                            "http://a\r\nX: y",
                            "http://a\x80"}) {
        EXPECT_EQ(describe(url), "none") << url;
    }
}

TEST(VerifyCall, IsEncodedAsTheAbiHasIt) {
    // cast calldata 'verify(bytes32,bytes)' 0x1111...11 0xaabbcc
    const StateRoot pre(*hash_from_hex("0x" + std::string(64, '1')));
    EXPECT_EQ(to_hex(encode_verify_call(pre, Bytes{0xAA, 0xBB, 0xCC})),
              "0x258ae582" + std::string(64, '1') +
                  "0000000000000000000000000000000000000000000000000000000000000040"
                  "0000000000000000000000000000000000000000000000000000000000000003"
                  "aabbcc0000000000000000000000000000000000000000000000000000000000");
}

TEST(VerifyCall, IsPaddedToWholeWords) {
    for (std::size_t size = 0; size < 100; ++size) {
        const std::size_t words = 3 + (size + 31) / 32;
        EXPECT_EQ(encode_verify_call({}, Bytes(size, 1)).size(), 4 + 32 * words) << size;
    }
}

TEST(VerifyReturn, IsOneWord) {
    const Bytes word(32, 7);
    ASSERT_TRUE(decode_verify_return(word).has_value());
    EXPECT_EQ(to_hex(decode_verify_return(word)->value), to_hex(word));
    EXPECT_FALSE(decode_verify_return(Bytes(31)).has_value());
    EXPECT_FALSE(decode_verify_return(Bytes(33)).has_value());
    EXPECT_FALSE(decode_verify_return({}).has_value());
}

TEST(Creation, EndsWithTheAddress) {
    Address address;
    address.fill(0xAB);
    const std::string word = std::string(24, '0') + to_hex(address).substr(2);
    EXPECT_EQ(to_hex(encode_creation(Bytes{0x60, 0x01}, address)), "0x6001" + word);
}

TEST(Artifact, GivesTheCreationCode) {
    const auto code = creation_code_from_artifact(
        R"~({"abi": [], "bytecode": {"object": "0x6001ff"}, "methodIdentifiers":
            {"other()": "00000000", "verify(bytes32,bytes)": "258ae582"}})~",
        kVerify);
    ASSERT_TRUE(code.has_value());
    EXPECT_EQ(*code, (Bytes{0x60, 0x01, 0xFF}));
}

TEST(Artifact, OfAnotherContractIsRefused) {
    const auto error = [](std::string_view json) {
        const auto code = creation_code_from_artifact(json, kVerify);
        return code ? std::nullopt : std::optional(code.error());
    };
    EXPECT_EQ(error("{"), ArtifactError::not_json);
    EXPECT_EQ(error("[]"), ArtifactError::no_bytecode);
    EXPECT_EQ(error(R"({"bytecode": {"object": "0x60__$library$__"}})"),
              ArtifactError::no_bytecode);
    EXPECT_EQ(error(R"({"bytecode": {"object": "0x60"}})"), ArtifactError::no_method);
    EXPECT_EQ(error(R"~({"bytecode": {"object": "0x60"},
                         "methodIdentifiers": {"verify(bytes32,bytes)": "258ae583"}})~"),
              ArtifactError::no_method);
    EXPECT_FALSE(creation_code_from_artifact(R"~({"bytecode": {"object": "0x60"},
        "methodIdentifiers": {"verify(bytes32,bytes)": "258ae582"}})~",
                                             kCompute));
}

}  // namespace
}  // namespace lockstep::dispute
