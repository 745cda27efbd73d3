#include "cli/evm_verdict.hpp"

#include <cstdlib>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/hex.hpp"
#include "cli/anvil.hpp"
#include "cli/failure.hpp"
#include "cli/files.hpp"
#include "dispute/evm_artifact.hpp"

namespace lockstep::cli {

namespace {

constexpr std::uint64_t kMaxArtifactBytes = std::uint64_t{1} << 24U;

/// An environment variable, or the value where it is not set or empty.
std::string from_environment(const char* name, std::string_view otherwise) {
    const char* value = std::getenv(name);
    return std::string(value == nullptr || *value == '\0' ? otherwise : value);
}

std::string error_text(dispute::ArtifactError error, const dispute::Method& method) {
    switch (error) {
        case dispute::ArtifactError::not_json: return "is no JSON";
        case dispute::ArtifactError::no_bytecode: return "has no complete bytecode";
        case dispute::ArtifactError::no_method: return fmt::format("has no {}", method.signature);
    }
    return "is refused";
}

/// A contract, what shows that an artifact is of it, and where the artifact is.
struct Contract {
    std::string_view name;
    dispute::Method method;
    const char* variable;
    std::string_view default_path;
};

constexpr Contract kNumericUnit{"NumericUnit", dispute::kCompute, "LOCKSTEP_NUMERIC_UNIT_ARTIFACT",
                                LOCKSTEP_ARTIFACTS "/NumericUnit.sol/NumericUnit.json"};
constexpr Contract kVerifier{"OneStepVerifier", dispute::kVerify, "LOCKSTEP_VERIFIER_ARTIFACT",
                             LOCKSTEP_ARTIFACTS "/OneStepVerifier.sol/OneStepVerifier.json"};

Bytes read_creation_code(const Contract& contract) {
    const std::string path = from_environment(contract.variable, contract.default_path);
    const std::string expected = fmt::format("what forge build makes of {}, or one named by {}",
                                             contract.name, contract.variable);
    Bytes json;
    try {
        json = read_file(path, kMaxArtifactBytes, "an artifact");
    } catch (const Failure& failure) {
        throw Failure(failure.exit_code(), failure.what()).in(path).expected(expected);
    }
    const std::string text(json.begin(), json.end());
    auto code = dispute::creation_code_from_artifact(text, contract.method);
    if (!code) {
        throw Failure(ExitCode::refused, error_text(code.error(), contract.method))
            .in(path)
            .expected(expected);
    }
    return *std::move(code);
}

dispute::Endpoint parse_url(const std::string& url) {
    auto endpoint = dispute::parse_endpoint(url);
    if (!endpoint) {
        throw Failure(ExitCode::usage, "is no address of a node")
            .in(url)
            .expected("http://HOST:PORT; https is not supported");
    }
    return *std::move(endpoint);
}

}  // namespace

EvmSetup prepare_evm(const EvmOptions& options) {
    if (!options.rpc_url.empty()) {
        (void)parse_url(options.rpc_url);
    }
    return {.options = options,
            .code = {.numeric_unit = read_creation_code(kNumericUnit),
                     .verifier = read_creation_code(kVerifier)}};
}

EvmVerdict verify_on_evm(const EvmSetup& setup, const StateRoot& pre, ByteView bundle) {
    const EvmOptions& options = setup.options;
    std::optional<Anvil> anvil;
    std::string url = options.rpc_url;
    if (url.empty()) {
        anvil.emplace(from_environment("LOCKSTEP_ANVIL", LOCKSTEP_DEFAULT_ANVIL),
                      options.time_limit);
        url = anvil->url();
    }
    try {
        dispute::ChainClient chain(parse_url(url), options.time_limit);
        auto verifier = dispute::EvmVerifier::deploy(chain, setup.code);
        EvmVerdict verdict{.contract = to_hex(verifier.address()),
                           .numeric_unit = to_hex(verifier.numeric_unit()),
                           .deployment_gas = verifier.deployment_gas(),
                           .post = verifier.verify(pre, bundle),
                           .gas_used = 0};
        if (verdict.post) {
            verdict.gas_used = verifier.measure_gas(pre, bundle);
        }
        return verdict;
    } catch (const dispute::ChainError& error) {
        throw Failure(ExitCode::environment, error.what()).in(url);
    }
}

}  // namespace lockstep::cli
