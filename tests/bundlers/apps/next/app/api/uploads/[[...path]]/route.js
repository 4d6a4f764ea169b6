export async function POST(request) {
  const { filename } = await request.json();
  const answer = await fetch(`${process.env.ITTYBIT_API_URL}/uploads`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${process.env.ITTYBIT_API_KEY}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ filename }),
  });
  if (!answer.ok) {
    return Response.json({ error: { message: "No upload is possible now." } }, { status: 502 });
  }
  const { data } = await answer.json();
  return Response.json({ url: data.url });
}
