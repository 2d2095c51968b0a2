namespace TorchRf.LibTorch.Tests;

public class ModuleTests
{
    private sealed class Affine : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter weight;
        private readonly Parameter? bias;

        internal Affine(double slope, double? shift = null) : base(nameof(Affine))
        {
            weight = new Parameter(torch.tensor(new[] { slope }));
            if (shift is double b)
                bias = new Parameter(torch.tensor(new[] { b }));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => bias is null ? input * weight : (input * weight) + bias;
    }

    private sealed class Pair : nn.Module<Tensor, Tensor>
    {
        private readonly Affine first = new(2, 1);
        private readonly Affine second = new(3);
        private readonly Parameter gain = new(torch.tensor(new[] { 10.0 }));
        private readonly Tensor mean = torch.tensor(new[] { 100.0 });

        internal Pair() : base("pair") => RegisterComponents();

        public override Tensor forward(Tensor input) => (gain * second.call(first.call(input))) + mean;
    }

    // Two fields that hold one and the same.
    private sealed class Tied : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter encoder = new(torch.tensor(new[] { 2.0 }));
        private readonly Parameter decoder;

        internal Tied() : base("tied")
        {
            decoder = encoder;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => input * encoder * decoder;
    }

    // Leaves its registration to the module that holds it.
    private sealed class Late : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter offset = new(torch.tensor(new[] { 1.0 }));

        internal Late() : base("late") { }

        public override Tensor forward(Tensor input) => input + offset;
    }

    private sealed class Holder : nn.Module<Tensor, Tensor>
    {
        private readonly Late late = new();

        internal Holder() : base("holder") => RegisterComponents();

        public override Tensor forward(Tensor input) => late.call(input);
    }

    [Test]
    public void Parameters_are_registered_under_their_fields_names()
    {
        using var module = new Affine(2, 1);
        using var without = new Affine(2);
        Assert.Multiple(() =>
        {
            Assert.That(module.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "weight", "bias" }));
            Assert.That(module.parameters().Select(p => p.item<double>()), Is.EqualTo(new double[] { 2, 1 }));
            Assert.That(without.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "weight" }));
        });
    }

    [Test]
    public void Modules_within_modules_prefix_their_names()
    {
        using var pair = new Pair();
        Assert.Multiple(() =>
        {
            Assert.That(pair.named_parameters().Select(p => p.name),
                Is.EquivalentTo(new[] { "gain", "first.weight", "first.bias", "second.weight" }));
            Assert.That(pair.named_parameters(recurse: false).Select(p => p.name), Is.EqualTo(new[] { "gain" }));
            Assert.That(pair.parameters().Count(), Is.EqualTo(4));
            Assert.That(pair.GetName(), Is.EqualTo("pair"));
        });
    }

    [Test]
    public void The_state_holds_parameters_and_buffers_by_name()
    {
        using var pair = new Pair();
        string[] names = ["gain", "first.weight", "first.bias", "second.weight", "mean"];
        Assert.Multiple(() =>
        {
            Assert.That(pair.state_dict().Keys, Is.EquivalentTo(names));
            Assert.That(pair.state_dict(prefix: "net").Keys, Is.EquivalentTo(names.Select(n => "net." + n)));
            Assert.That(pair.state_dict(prefix: "").Keys, Is.EquivalentTo(names));
            Assert.That(pair.state_dict()["mean"].item<double>(), Is.EqualTo(100));
            Assert.That(pair.state_dict()["first.weight"], Is.SameAs(pair.named_parameters().Single(p => p.name == "first.weight").parameter));
        });
    }

    [Test]
    public void A_parameter_in_two_places_is_trained_once()
    {
        var tied = new Tied();
        Assert.That(tied.parameters().Count(), Is.EqualTo(1));
        Assert.That(tied.state_dict().Values.Distinct(ReferenceEqualityComparer.Instance).Count(), Is.EqualTo(1));
    }

    [Test]
    public void A_module_held_by_another_is_registered_with_it()
    {
        using var holder = new Holder();
        Assert.That(holder.named_parameters().Select(p => p.name), Is.EqualTo(new[] { "late.offset" }));
    }

    [Test]
    public void A_call_runs_forward()
    {
        using var pair = new Pair();
        using var input = torch.tensor(new[] { 1.0 });
        Assert.That(pair.call(input).item<double>(), Is.EqualTo(190));
        nn.IModule<Tensor, Tensor> called = pair;
        Assert.That(called.call(input).item<double>(), Is.EqualTo(190));
    }

    [Test]
    public void Disposing_a_module_disposes_all_it_holds()
    {
        var pair = new Pair();
        var state = pair.state_dict().Values.ToArray();
        pair.Dispose();
        Assert.That(state.Select(t => t.IsInvalid), Is.All.True);
        pair.Dispose();
    }

    [Test]
    public void A_parameter_takes_over_its_tensor()
    {
        var data = torch.tensor(new[] { 1.0, 2.0 });
        using var view = data.view(2, 1);
        using var parameter = new Parameter(data);
        Assert.Multiple(() =>
        {
            Assert.That(data.IsInvalid, Is.True);
            Assert.That(() => data.shape, Throws.InstanceOf<InvalidOperationException>());
            Assert.That(parameter.Doubles(), Is.EqualTo(new[] { 1.0, 2.0 }));
            Assert.That(parameter.requires_grad, Is.True);
        });
        using (torch.no_grad())
            view.fill_(3);
        Assert.That(parameter.Doubles(), Is.EqualTo(new[] { 3.0, 3.0 }), "the memory is the same");
        data.Dispose();
        Assert.That(parameter.Doubles(), Is.EqualTo(new[] { 3.0, 3.0 }), "disposing what is empty does nothing");
    }

    [Test]
    public void A_parameter_need_not_be_trained()
    {
        using var parameter = new Parameter(torch.tensor(new[] { 1.0 }), requires_grad: false);
        Assert.That(parameter.requires_grad, Is.False);
    }

    [Test]
    public void A_parameter_of_whole_numbers_is_refused()
    {
        using var data = torch.tensor(new[] { 1L });
        Assert.That(() => new Parameter(data), Throws.Exception);
    }

    [Test]
    public void Parameters_made_in_a_scope_belong_to_it_even_in_a_module()
    {
        Parameter[] parameters;
        using (torch.NewDisposeScope())
            parameters = [.. new Affine(1, 2).parameters()];
        Assert.That(parameters.Select(p => p.IsInvalid), Is.All.True);
    }

#if TORCH_SYSTEM
    [Test]
    public void A_parameter_lives_where_its_tensor_lived()
    {
        var outside = torch.tensor(new[] { 1.0 });
        Parameter parameter, inner;
        using (torch.NewDisposeScope())
        {
            var within = torch.tensor(new[] { 1.0 });
            using (torch.NewDisposeScope())
            {
                parameter = new Parameter(outside);
                inner = new Parameter(within);
            }
            Assert.That(inner.IsInvalid, Is.False);
        }
        Assert.That(inner.IsInvalid, Is.True);
        Assert.That(parameter.IsInvalid, Is.False);
        parameter.Dispose();
    }
#endif
}
