using System.Reflection;
using System.Reflection.Emit;

namespace TorchRf.Tests;

/// <summary>
/// The types that a compiled type refers to: in its fields, signatures, attributes and method bodies. A constant that the
/// compiler copied, or a name in nameof, leaves no trace there.
/// </summary>
internal static class ReferencedTypes
{
    private const BindingFlags Own = BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(o => o.Value);

    internal static IEnumerable<Type> Of(Type type)
    {
        IEnumerable<MemberInfo> members = [type, .. type.GetMembers(Own)];
        return members.SelectMany(Signature)
            .Concat(members.SelectMany(m => m.CustomAttributes).Select(a => a.AttributeType))
            .Concat(type.GetInterfaces()).Append(type.BaseType ?? type)
            .Concat(type.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()))
            .Concat(members.OfType<MethodBase>().SelectMany(Body))
            .SelectMany(Parts).Distinct();
    }

    private static IEnumerable<Type> Signature(MemberInfo member) => member switch
    {
        Type nested => [nested],
        FieldInfo field => [field.FieldType],
        MethodBase method => [.. method.GetParameters().Select(p => p.ParameterType),
            .. method is MethodInfo m ? [m.ReturnType, .. m.GetGenericArguments()] : Type.EmptyTypes],
        _ => [],
    };

    private static IEnumerable<Type> Body(MethodBase method)
    {
        if (method.GetMethodBody() is not MethodBody body)
            yield break;
        foreach (var local in body.LocalVariables)
            yield return local.LocalType;
        foreach (var clause in body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause))
            yield return clause.CatchType ?? typeof(object);
        var il = body.GetILAsByteArray()!;
        var ofType = method.DeclaringType!.GetGenericArguments();
        var ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (int at = 0; at < il.Length;)
        {
            var code = OpCodesByValue[il[at] == 0xfe ? (short)(0xfe00 | il[++at]) : il[at]];
            at++;
            int operand = at < il.Length - 3 ? BitConverter.ToInt32(il, at) : 0;
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok
                && method.Module.ResolveMember(operand, ofType, ofMethod) is MemberInfo member)
                foreach (var used in Signature(member).Append(member.DeclaringType ?? typeof(object)))
                    yield return used;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * operand),
                _ => 4,
            };
        }
    }

    // A type with what it is made of: elements of arrays, arguments of generics.
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition())
        : [type];
}
