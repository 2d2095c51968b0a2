// The C boundary between TorchRf.LibTorch and libtorch: one entry point that calls any ATen operator by its schema name
// through the dispatcher, and a handful for what is not an operator. Tensors cross as TensorImpl pointers, each of which
// the other side owns one reference of. No exception crosses: a function returns a negative number (or null) and
// torchrf_error() tells why.
#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <dlfcn.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/version.h>

#include <optional>
#include <string>
#include <vector>

#define EXPORT extern "C" __attribute__((visibility("default")))

namespace {

enum class Tag : int32_t {
    None, Tensor, Int, Double, Bool, String, IntList, DoubleList, TensorList, OptionalTensorList, Generator, Device
};

// One argument or result. Lists point at count elements; a device is its type in the low and its index in the high half.
struct Value {
    Tag tag;
    int32_t count;
    union {
        int64_t integer;
        double real;
        const void* pointer;
    };
};

static_assert(sizeof(Value) == 16, "the managed side lays a value out in 16 bytes");

// libtorch's optional became the standard's with 2.1; its old name is gone from recent versions.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

thread_local std::string last_error;

template <class F>
auto guarded(F&& body, decltype(body()) failure) noexcept -> decltype(body()) {
    try {
        return body();
    } catch (const c10::Error& e) {
        last_error = e.what_without_backtrace();
    } catch (const std::exception& e) {
        last_error = e.what();
    } catch (...) {
        last_error = "an unknown error inside libtorch";
    }
    return failure;
}

template <class F>
int guarded_void(F&& body) noexcept {
    return guarded([&] { body(); return 0; }, -1);
}

at::Tensor borrow(const void* handle) {
    if (handle == nullptr) return at::Tensor();
    auto* impl = static_cast<c10::TensorImpl*>(const_cast<void*>(handle));
    return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::unsafe_reclaim_from_nonowning(impl));
}

void* hand_out(at::Tensor tensor) {
    return tensor.defined() ? tensor.unsafeReleaseTensorImpl() : nullptr;
}

c10::TensorImpl* impl_of(const void* handle) {
    return static_cast<c10::TensorImpl*>(const_cast<void*>(handle));
}

at::Generator generator_of(const void* handle) {
    return *static_cast<const at::Generator*>(handle);
}

c10::Device device_of(int64_t packed) {
    auto index = packed >> 32;
    TORCH_CHECK(index == static_cast<c10::DeviceIndex>(index), "there is no device of index ", index);
    return c10::Device(static_cast<c10::DeviceType>(packed & 0xffffffff), static_cast<c10::DeviceIndex>(index));
}

// Makes libtorch set the device up, in the one way that all its versions share.
void start(c10::Device device) { at::empty({0}, at::TensorOptions().device(device)); }

std::vector<at::Tensor> tensors_of(const void* const* handles, int64_t count) {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (int64_t i = 0; i < count; i++) list.push_back(borrow(handles[i]));
    return list;
}

// An operator as the managed side holds it: found once, with what its arguments are when a call leaves them out.
struct Operator {
    explicit Operator(const c10::OperatorHandle& found) : handle(found) {
        for (const auto& argument : handle.schema().arguments()) defaults.push_back(argument.default_value());
    }

    c10::OperatorHandle handle;
    std::vector<Optional<c10::IValue>> defaults;
};

// The thread's stack for calls, kept so that its memory is. Swapped out while in use: a call within a call takes a fresh one.
thread_local torch::jit::Stack spare_stack;

c10::IValue to_ivalue(const Value& v) {
    switch (v.tag) {
        case Tag::None: return c10::IValue();
        case Tag::Tensor: return c10::IValue(borrow(v.pointer));
        case Tag::Int: return c10::IValue(v.integer);
        case Tag::Double: return c10::IValue(v.real);
        case Tag::Bool: return c10::IValue(v.integer != 0);
        case Tag::String: return c10::IValue(std::string(static_cast<const char*>(v.pointer)));
        case Tag::IntList: return c10::IValue(at::ArrayRef<int64_t>(static_cast<const int64_t*>(v.pointer), v.count));
        case Tag::DoubleList: return c10::IValue(at::ArrayRef<double>(static_cast<const double*>(v.pointer), v.count));
        case Tag::TensorList: return c10::IValue(tensors_of(static_cast<const void* const*>(v.pointer), v.count));
        case Tag::OptionalTensorList: {
            c10::List<Optional<at::Tensor>> list;
            auto* handles = static_cast<const void* const*>(v.pointer);
            for (int32_t i = 0; i < v.count; i++)
                list.push_back(handles[i] ? Optional<at::Tensor>(borrow(handles[i])) : Optional<at::Tensor>());
            return c10::IValue(list);
        }
        case Tag::Generator: return c10::IValue(generator_of(v.pointer));
        case Tag::Device: return c10::IValue(device_of(v.integer));
    }
    TORCH_CHECK(false, "unknown argument tag ", static_cast<int>(v.tag));
}

Value from_ivalue(c10::IValue&& v) {
    Value r{};
    if (v.isTensor()) {
        r.tag = Tag::Tensor;
        r.pointer = hand_out(std::move(v).toTensor());
    } else if (v.isInt()) {
        r.tag = Tag::Int;
        r.integer = v.toInt();
    } else if (v.isDouble()) {
        r.tag = Tag::Double;
        r.real = v.toDouble();
    } else if (v.isBool()) {
        r.tag = Tag::Bool;
        r.integer = v.toBool();
    } else if (v.isNone()) {
        r.tag = Tag::None;
    } else {
        TORCH_CHECK(false, "a result of type ", v.tagKind(), " is not passed on");
    }
    return r;
}

// A BLAS that keeps threads of its own is told of a change, if it is one that can be.
void set_blas_threads(int threads) {
    using Setter = void (*)(int);
    if (auto* setter = reinterpret_cast<Setter>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"))) setter(threads);
}

}  // namespace

EXPORT const char* torchrf_error() { return last_error.c_str(); }

EXPORT const char* torchrf_version() { return TORCH_VERSION; }

// ---- operators

EXPORT const void* torchrf_operator(const char* name, const char* overload) {
    return guarded([&]() -> const void* {
        auto op = c10::Dispatcher::singleton().findSchema({name, overload});
        TORCH_CHECK(op.has_value(), "this libtorch (", TORCH_VERSION, ") has no operator ", name, ".", overload);
        return new Operator(*op);  // cached by the caller for the life of the process
    }, nullptr);
}

// Calls the operator with count arguments, the rest taking their schema's defaults. Returns how many results there are.
EXPORT int torchrf_call(const void* op, const Value* args, int count, Value* results, int capacity) {
    return guarded([&]() -> int {
        auto& called = *static_cast<const Operator*>(op);
        const auto& defaults = called.defaults;
        auto size = static_cast<size_t>(count);
        TORCH_CHECK(size <= defaults.size(), called.handle.schema().name(), " takes ", defaults.size(), " arguments, not ", count);
        torch::jit::Stack stack;
        stack.swap(spare_stack);
        for (size_t i = 0; i < size; i++) stack.push_back(to_ivalue(args[i]));
        for (size_t i = size; i < defaults.size(); i++) {
            TORCH_CHECK(defaults[i].has_value(), called.handle.schema().name(), ": argument ", called.handle.schema().arguments()[i].name(), " is missing");
            stack.push_back(*defaults[i]);
        }
        called.handle.callBoxed(stack);
        TORCH_CHECK(stack.size() <= static_cast<size_t>(capacity), called.handle.schema().name(), " has ", stack.size(), " results");
        auto found = static_cast<int>(stack.size());
        for (int i = 0; i < found; i++) results[i] = from_ivalue(std::move(stack[i]));
        stack.clear();
        stack.swap(spare_stack);
        return found;
    }, -1);
}

// ---- tensors

EXPORT void torchrf_release(void* tensor) {
    c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(impl_of(tensor));
}

EXPORT int torchrf_dim(const void* tensor) { return guarded([&] { return static_cast<int>(impl_of(tensor)->dim()); }, -1); }

EXPORT int torchrf_sizes(const void* tensor, int64_t* sizes) {
    return guarded_void([&] {
        auto s = impl_of(tensor)->sizes();
        std::copy(s.begin(), s.end(), sizes);
    });
}

EXPORT int torchrf_dtype(const void* tensor) {
    return guarded([&] { return static_cast<int>(c10::typeMetaToScalarType(impl_of(tensor)->dtype())); }, -1);
}

EXPORT int64_t torchrf_element_size(const void* tensor) {
    return guarded([&] { return static_cast<int64_t>(impl_of(tensor)->itemsize()); }, int64_t{-1});
}

EXPORT int torchrf_device(const void* tensor, int* type, int* index) {
    return guarded_void([&] {
        auto device = impl_of(tensor)->device();
        *type = static_cast<int>(device.type());
        *index = device.index();
    });
}

EXPORT int torchrf_is_contiguous(const void* tensor) {
    return guarded([&] { return impl_of(tensor)->is_contiguous() ? 1 : 0; }, -1);
}

EXPORT void* torchrf_data(const void* tensor) {
    return guarded([&]() -> void* { return borrow(tensor).data_ptr(); }, nullptr);
}

// ---- autograd

EXPORT int torchrf_requires_grad(const void* tensor) {
    return guarded([&] { return borrow(tensor).requires_grad() ? 1 : 0; }, -1);
}

EXPORT int torchrf_set_requires_grad(const void* tensor, int value) {
    return guarded_void([&] { borrow(tensor).requires_grad_(value != 0); });
}

EXPORT int torchrf_get_grad(const void* tensor, void** grad) {
    return guarded_void([&] { *grad = hand_out(borrow(tensor).grad()); });
}

EXPORT int torchrf_set_grad(const void* tensor, const void* grad) {
    return guarded_void([&] { borrow(tensor).mutable_grad() = borrow(grad); });
}

EXPORT int torchrf_backward(const void* const* roots, int count, const void* const* gradients, int gradient_count, int retain, int create) {
    return guarded_void([&] {
        torch::autograd::backward(tensors_of(roots, count), tensors_of(gradients, gradient_count), retain != 0, create != 0);
    });
}

EXPORT int torchrf_grad(const void* const* outputs, int output_count, const void* const* inputs, int input_count,
                        const void* const* gradients, int gradient_count, int retain, int create, int allow_unused, void** results) {
    return guarded_void([&] {
        auto grads = torch::autograd::grad(tensors_of(outputs, output_count), tensors_of(inputs, input_count),
                                           tensors_of(gradients, gradient_count), retain != 0, create != 0, allow_unused != 0);
        for (size_t i = 0; i < grads.size(); i++) results[i] = hand_out(std::move(grads[i]));
    });
}

EXPORT int torchrf_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }

EXPORT void torchrf_set_grad_mode(int enabled) { c10::GradMode::set_enabled(enabled != 0); }

// ---- random generators

EXPORT void* torchrf_generator(int64_t device, uint64_t seed) {
    return guarded([&]() -> void* {
        auto d = device_of(device);
        if (d.is_cpu()) return new at::Generator(at::detail::createCPUGenerator(seed));
        start(d);
        // A copy of the device's own generator: the way to one that needs no header of that device.
        auto generator = at::globalContext().defaultGenerator(d).clone();
        generator.set_current_seed(seed);
        return new at::Generator(generator);
    }, nullptr);
}

EXPORT void torchrf_generator_release(void* generator) { delete static_cast<at::Generator*>(generator); }

EXPORT int torchrf_generator_seed(const void* generator, uint64_t seed) {
    return guarded_void([&] {
        auto g = generator_of(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        g.set_current_seed(seed);
    });
}

EXPORT uint64_t torchrf_generator_initial_seed(const void* generator) {
    return guarded([&] { return generator_of(generator).current_seed(); }, uint64_t{0});
}

EXPORT void* torchrf_generator_get_state(const void* generator) {
    return guarded([&]() -> void* {
        auto g = generator_of(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        return hand_out(g.get_state());
    }, nullptr);
}

EXPORT int torchrf_generator_set_state(const void* generator, const void* state) {
    return guarded_void([&] {
        auto g = generator_of(generator);
        std::lock_guard<std::mutex> lock(g.mutex());
        g.set_state(borrow(state));
    });
}

// ---- threads and devices

EXPORT int torchrf_get_threads() { return guarded([] { return at::get_num_threads(); }, -1); }

EXPORT int torchrf_set_threads(int threads) {
    return guarded_void([&] {
        at::set_num_threads(threads);
        set_blas_threads(threads);
    });
}

EXPORT int torchrf_cuda_devices() {
    return guarded([] { return at::hasCUDA() ? static_cast<int>(c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).deviceCount()) : 0; }, 0);
}

EXPORT int torchrf_cuda_synchronize(int index) {
    return guarded_void([&] {
        start(c10::Device(c10::DeviceType::CUDA));
        c10::impl::VirtualGuardImpl guard(c10::DeviceType::CUDA);
        auto device = index < 0 ? guard.getDevice() : c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
        guard.synchronizeStream(guard.getStream(device));
    });
}
