using Microsoft.AspNetCore.Http;

namespace Perimeter.Warehouse.Http;

/// <summary>Answers that are plain text.</summary>
internal static class TextAnswer
{
    public static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=UTF-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
