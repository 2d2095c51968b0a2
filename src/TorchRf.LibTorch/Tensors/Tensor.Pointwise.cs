using TorchRf.LibTorch.Interop;

namespace TorchRf.LibTorch;

public static partial class torch
{
    // Elementwise functions: each keeps the shape and returns a new tensor; a trailing underscore works in place.
    public partial class Tensor
    {
        /// <summary>Absolute value.</summary>
        public Tensor abs() => Aten.abs.Call(this);

        /// <summary>Each element times itself.</summary>
        public Tensor square() => Aten.square.Call(this);

        /// <summary>Square root.</summary>
        public Tensor sqrt() => Aten.sqrt.Call(this);

        /// <summary>e to the element.</summary>
        public Tensor exp() => Aten.exp.Call(this);

        /// <summary>exp(x) - 1, accurate near 0.</summary>
        public Tensor expm1() => Aten.expm1.Call(this);

        /// <summary>Natural logarithm.</summary>
        public Tensor log() => Aten.log.Call(this);

        /// <summary>log(1 + x), accurate near 0.</summary>
        public Tensor log1p() => Aten.log1p.Call(this);

        /// <summary>The error function.</summary>
        public Tensor erf() => Aten.erf.Call(this);

        /// <summary>1 - erf(x), accurate in the tail.</summary>
        public Tensor erfc() => Aten.erfc.Call(this);

        /// <summary>Sine.</summary>
        public Tensor sin() => Aten.sin.Call(this);

        /// <summary>Cosine.</summary>
        public Tensor cos() => Aten.cos.Call(this);

        /// <summary>Tangent.</summary>
        public Tensor tan() => Aten.tan.Call(this);

        /// <summary>Arc sine.</summary>
        public Tensor asin() => Aten.asin.Call(this);

        /// <summary>Hyperbolic tangent.</summary>
        public Tensor tanh() => Aten.tanh.Call(this);

        /// <summary>The logistic function.</summary>
        public Tensor sigmoid() => Aten.sigmoid.Call(this);

        /// <summary>max(0, x).</summary>
        public Tensor relu() => Aten.relu.Call(this);

        /// <summary>-1, 0 or 1.</summary>
        public Tensor sign() => Aten.sign.Call(this);

        /// <summary>The largest integer not above.</summary>
        public Tensor floor() => Aten.floor.Call(this);

        /// <summary>Minus the element.</summary>
        public Tensor neg() => Aten.neg.Call(this);

        /// <summary>Whether the element is neither infinite nor NaN.</summary>
        public Tensor isfinite() => Aten.isfinite.Call(this);

        /// <summary>One over the element.</summary>
        public Tensor reciprocal() => Aten.reciprocal.Call(this);

        /// <summary>Each element to a power.</summary>
        public Tensor pow(Scalar exponent) => Aten.pow_Scalar.Call(this, exponent);

        /// <summary>What is left of each element after division, with the divisor's sign.</summary>
        public Tensor remainder(Scalar scalar) => Aten.remainder_Scalar.Call(this, scalar);

        /// <summary>The element brought between the bounds given.</summary>
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp.Call(this, min, max);

        /// <summary>This tensor's element where <paramref name="condition"/> holds, else that of <paramref name="y"/>.</summary>
        public Tensor where(Tensor condition, Tensor y) => Aten.where.Call(condition, this, y);

        public Tensor erf_() => Aten.erf_.Call(this);

        public Tensor zero_() => Aten.zero_.Call(this);

        public Tensor add_(Tensor target) => Aten.add__Tensor.Call(this, target);

        public Tensor add_(Scalar scalar) => Aten.add__Scalar.Call(this, scalar);

        public Tensor sub_(Tensor target) => Aten.sub__Tensor.Call(this, target);

        public Tensor sub_(Scalar target) => Aten.sub__Scalar.Call(this, target);

        public Tensor mul_(Tensor target) => Aten.mul__Tensor.Call(this, target);

        public Tensor mul_(Scalar target) => Aten.mul__Scalar.Call(this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Aten.add__Tensor.Call(this, target, alpha);

        public Tensor fill_(Scalar value) => Aten.fill__Scalar.Call(this, value);

        /// <summary>Copies the elements of <paramref name="source"/> into this tensor, converting and moving as needed.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.copy_.Call(this, source, nonBlocking);

        // Comparisons: tensors of Bool.
        public Tensor eq(Tensor target) => Aten.eq_Tensor.Call(this, target);

        public Tensor eq(Scalar target) => Aten.eq_Scalar.Call(this, target);

        public Tensor ne(Tensor target) => Aten.ne_Tensor.Call(this, target);

        public Tensor ne(Scalar target) => Aten.ne_Scalar.Call(this, target);

        public Tensor lt(Tensor target) => Aten.lt_Tensor.Call(this, target);

        public Tensor lt(Scalar target) => Aten.lt_Scalar.Call(this, target);

        public Tensor le(Tensor target) => Aten.le_Tensor.Call(this, target);

        public Tensor le(Scalar target) => Aten.le_Scalar.Call(this, target);

        public Tensor gt(Tensor target) => Aten.gt_Tensor.Call(this, target);

        public Tensor gt(Scalar target) => Aten.gt_Scalar.Call(this, target);

        public Tensor ge(Tensor target) => Aten.ge_Tensor.Call(this, target);

        public Tensor ge(Scalar target) => Aten.ge_Scalar.Call(this, target);

        public static Tensor operator +(Tensor left, Tensor right) => Aten.add_Tensor.Call(left, right);

        public static Tensor operator +(Tensor left, Scalar right) => Aten.add_Scalar.Call(left, right);

        public static Tensor operator -(Tensor left, Tensor right) => Aten.sub_Tensor.Call(left, right);

        public static Tensor operator -(Tensor left, Scalar right) => Aten.sub_Scalar.Call(left, right);

        public static Tensor operator *(Tensor left, Tensor right) => Aten.mul_Tensor.Call(left, right);

        public static Tensor operator *(Tensor left, Scalar right) => Aten.mul_Scalar.Call(left, right);

        public static Tensor operator /(Tensor left, Tensor right) => Aten.div_Tensor.Call(left, right);

        public static Tensor operator /(Tensor left, Scalar right) => Aten.div_Scalar.Call(left, right);

        public static Tensor operator +(Scalar left, Tensor right) => Aten.add_Scalar.Call(right, left);

        public static Tensor operator -(Scalar left, Tensor right) => Aten.rsub_Scalar.Call(right, left);

        public static Tensor operator *(Scalar left, Tensor right) => Aten.mul_Scalar.Call(right, left);

        public static Tensor operator /(Scalar left, Tensor right)
        {
            using var inverse = right.reciprocal();
            return Aten.mul_Scalar.Call(inverse, left);
        }

        public static Tensor operator -(Tensor tensor) => tensor.neg();
    }

    /// <summary>The elements of <paramref name="x"/> where <paramref name="condition"/> holds, else those of <paramref name="y"/>.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => Aten.where.Call(condition, x, y);

    public static Tensor erf(Tensor input) => input.erf();

    /// <summary>Special functions.</summary>
    public static partial class special
    {
        /// <summary>1 - erf(x), accurate in the tail.</summary>
        public static Tensor erfc(Tensor input) => input.erfc();

        /// <summary>The standard normal distribution function.</summary>
        public static Tensor ndtr(Tensor input) => Aten.special_ndtr.Call(input);
    }
}
